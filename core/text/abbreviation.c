/// Words that end in a full stop without ending a sentence: of English, French,
/// Spanish and Russian, and some of their neighbours.
///
/// Each list is in the order of its bytes.
#include "text/abbreviation.h"

#include <string.h>

#include "text/word_list.h"

/// Titles and the like: what they belong to must follow.
static const char *const open_words[] = {
    "admin",  "approx", "arq", "bałt", "brig", "c.f",    "capt", "cf",   "cmdr",
    "col",    "cpl",    "det", "dott", "dr",   "dra",    "dña",  "e.g",  "eg",
    "excma",  "excmo",  "fr",  "gen",  "gov",  "hon",    "hr",   "i.e",  "ie",
    "ing",    "insp",   "lic", "lt",   "maj",  "messrs", "mgr",  "mlle", "mme",
    "mmes",   "mr",     "mrs", "ms",   "mt",   "mx",     "pr",   "pres", "prof",
    "pvt",    "q.v",    "rep", "reps", "rev",  "sen",    "sens", "sgt",  "sig",
    "sig.ra", "skt",    "sr",  "sra",  "sres", "srs",    "srta", "st",   "ste",
    "supt",   "ud",     "uds", "vd",   "viz",  "vs",     "z.b",  "акад", "г-жа",
    "г-н",    "гр",     "доц", "напр", "проф", "св",     "см",   "ср",   "т.е",
    "т.к",    "т.н",    "тов"};

/// May also stand at the end of a sentence.
static const char *const any_words[] = {
    "aanw",  "abr",  "acad",  "add",    "addnl",   "adj",      "admr",
    "al",    "alt",  "ap",    "apdo",   "appx",    "apr",      "arch",
    "art",   "arts", "assn",  "assoc",  "attn",    "aug",      "av",
    "ave",   "avr",  "bd",    "bibl",   "bldg",    "blvd",     "boul",
    "bros",  "bull", "bur",   "c",      "ca",      "ch",       "chap",
    "chaps", "chs",  "cie",   "cir",    "cit",     "cl",       "co",
    "coll",  "com",  "comm",  "comp",   "conf",    "cons",     "cont",
    "corp",  "corr", "corrs", "ct",     "ctr",     "cía",      "dec",
    "dep",   "dept", "depto", "depts",  "dev",     "dic",      "dir",
    "dist",  "div",  "doc",   "docs",   "dpto",    "déc",      "dép",
    "ed",    "edo",  "eds",   "ee.uu",  "ej",      "ene",      "eng",
    "env",   "esp",  "esq",   "est",    "exec",    "fasc",     "fdo",
    "feb",   "ff",   "fig",   "figs",   "fl",      "fn",       "fol",
    "ft",    "fév",  "févr",  "gade",   "govt",    "gral",     "hab",
    "hdqrs", "hno",  "hnos",  "ibid",   "id",      "inc",      "incl",
    "ingr",  "inst", "intl",  "introd", "inéd",    "izq",      "jan",
    "janv",  "jr",   "juil",  "jul",    "jun",     "km",       "lat",
    "lib",   "loc",  "ltd",   "max",    "mem",     "min",      "misc",
    "mss",   "mtg",  "máx",   "mín",    "nat",     "natl",     "nb",
    "no",    "nos",  "nov",   "nro",    "num",     "n°",       "nº",
    "núm",   "núms", "obs",   "oct",    "op",      "para",     "paras",
    "pars",  "pct",  "ph.d",  "phd",    "pl",      "pp",       "prep",
    "proc",  "prov", "pt",    "pto",    "pts",     "pub",      "publ",
    "pág",   "págs", "párr",  "rapp",   "ref",     "refs",     "reg",
    "regs",  "rel",  "rept",  "res",    "resol",   "resp",     "ret",
    "rm",    "réf",  "rés",   "s.a",    "s.e",     "sdad",     "sec",
    "secs",  "sect", "sects", "sep",    "sept",    "sess",     "sq",
    "ss.aa", "sta",  "stat",  "sté",    "subpara", "subparas", "subsec",
    "suiv",  "supp", "suppl", "t",      "tel",     "tels",     "tit",
    "tr",    "trad", "trans", "tél",    "tít",     "u.e",      "u.k",
    "u.n",   "u.s",  "u.s.a", "univ",   "vnw",     "vol",      "vols",
    "éd",    "ét",   "вв",    "гг",     "гл",      "док",      "доп",
    "др",    "изд",  "им",    "кв",     "кг",      "коп",      "корп",
    "куб",   "мин",  "млн",   "млрд",   "н.э",     "обл",      "ок",
    "пер",   "пл",   "пп",    "пр",     "прим",    "ред",      "рез",
    "рис",   "руб",  "сек",   "ст",     "стр",     "т.б",      "т.г",
    "табл",  "тт",   "тыс",   "ул",     "чч"};

#define LONGEST 12  ///< Bytes, of all words above.

sf_abbreviation sf_abbreviation_find(sheaf_bytes word) {
  sf_buffer lower = {0};
  sf_abbreviation found = SF_ABBREVIATION_NONE;

  if (word.size > LONGEST) return found;
  sf_text_lower(&lower, word);
  if (sf_word_list_has(open_words, SF_COUNT(open_words),
                       sf_buffer_bytes(&lower)))
    found = SF_ABBREVIATION_OPEN;
  else if (sf_word_list_has(any_words, SF_COUNT(any_words),
                            sf_buffer_bytes(&lower)))
    found = SF_ABBREVIATION_ANY;
  sf_buffer_clear(&lower);
  return found;
}
