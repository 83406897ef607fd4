/// Words that end in a full stop without ending a sentence: of English, French,
/// Spanish and Russian, and some of their neighbours.
///
/// Each list is in the order of its bytes.
#include "text/abbreviation.h"

#include <string.h>

#include "text/unicode.h"
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

static sf_abbreviation look_up(sheaf_bytes word) {
  sf_buffer lower = {0};
  sf_abbreviation found = SF_ABBREVIATION_NONE;
  sheaf_bytes key;

  if (word.size > LONGEST) return found;
  sf_text_lower(&lower, word);
  key = sf_buffer_bytes(&lower);
  if (sf_word_list_has(open_words, SF_COUNT(open_words), key))
    found = SF_ABBREVIATION_OPEN;
  else if (sf_word_list_has(any_words, SF_COUNT(any_words), key))
    found = SF_ABBREVIATION_ANY;
  sf_buffer_clear(&lower);
  return found;
}

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// True for "U.S", "II.C", "96.IV": short parts with full stops between, and
/// at least one letter. "P.M" ends a sentence as other words do.
static bool is_acronym(sheaf_bytes word) {
  size_t parts = 1;
  size_t size = 0;
  bool letters = false;

  if (sf_bytes_equal(word, "P.M") || sf_bytes_equal(word, "A.M")) return false;
  for (size_t i = 0, length; i < word.size; i += length) {
    uint32_t c = sf_utf8_decode(word, i, &length);
    if (c == '.') {
      parts++;
      size = 0;
    } else {
      if (!sf_unicode_word(c) || ++size > 3) return false;
      if (c > '9') letters = true;
    }
  }
  return parts > 1 && letters;
}

static bool is_one_letter(sheaf_bytes word) {
  size_t length;
  uint32_t c = sf_utf8_decode(word, 0, &length);

  return length == word.size && sf_unicode_word(c) && (c < '0' || c > '9');
}

/// True for "Ltd", "vnw": consonants alone, not all of them capitals.
static bool is_unspeakable(sheaf_bytes word) {
  bool small = false;

  if (word.size < 2 || word.size > 5) return false;
  for (size_t i = 0; i < word.size; i++) {
    if (!is_letter(word.data[i]) || strchr("aeiouyAEIOUY", word.data[i]))
      return false;
    if (word.data[i] >= 'a') small = true;
  }
  return small;
}

/// The part behind the last slash: "Add" of "A/58/483/Add".
static sheaf_bytes last_part(sheaf_bytes word) {
  const char *slash = memrchr(word.data, '/', word.size);

  if (!slash) return word;
  word.size -= (size_t)(slash + 1 - word.data);
  word.data = slash + 1;
  return word;
}

sf_abbreviation sf_abbreviation_find(sheaf_bytes word) {
  sf_abbreviation kind;

  word = last_part(word);
  kind = look_up(word);
  if (kind != SF_ABBREVIATION_NONE || word.size == 0) return kind;
  return is_one_letter(word) || is_acronym(word) || is_unspeakable(word)
             ? SF_ABBREVIATION_ANY
             : SF_ABBREVIATION_NONE;
}
