/// Words that say little: articles, pronouns, prepositions, auxiliaries.
///
/// Each list is in the order of its bytes.
#include "text/stop_words.h"

#include <string.h>

#include "text/word_list.h"

static const char *const english[] = {
    "a",        "about",      "above",     "across",
    "after",    "again",      "against",   "all",
    "almost",   "alone",      "along",     "already",
    "also",     "although",   "always",    "am",
    "among",    "an",         "and",       "another",
    "any",      "anybody",    "anyone",    "anything",
    "are",      "around",     "as",        "at",
    "away",     "back",       "be",        "became",
    "because",  "become",     "been",      "before",
    "behind",   "being",      "below",     "between",
    "both",     "but",        "by",        "came",
    "can",      "cannot",     "come",      "could",
    "did",      "do",         "does",      "doing",
    "done",     "down",       "during",    "each",
    "either",   "else",       "enough",    "even",
    "ever",     "every",      "everyone",  "everything",
    "far",      "few",        "for",       "from",
    "further",  "had",        "has",       "have",
    "having",   "he",         "hence",     "her",
    "here",     "hers",       "herself",   "him",
    "himself",  "his",        "how",       "however",
    "i",        "if",         "in",        "indeed",
    "into",     "is",         "it",        "its",
    "itself",   "just",       "least",     "less",
    "let",      "like",       "made",      "make",
    "many",     "may",        "me",        "might",
    "mine",     "more",       "moreover",  "most",
    "much",     "must",       "my",        "myself",
    "near",     "neither",    "never",     "nevertheless",
    "no",       "nobody",     "none",      "nor",
    "not",      "nothing",    "now",       "of",
    "off",      "often",      "on",        "once",
    "one",      "only",       "onto",      "or",
    "other",    "others",     "otherwise", "our",
    "ours",     "ourselves",  "out",       "over",
    "own",      "per",        "perhaps",   "please",
    "rather",   "same",       "shall",     "she",
    "should",   "since",      "so",        "some",
    "such",     "than",       "that",      "the",
    "their",    "theirs",     "them",      "themselves",
    "then",     "there",      "therefore", "these",
    "they",     "this",       "those",     "though",
    "through",  "throughout", "thus",      "to",
    "together", "too",        "toward",    "towards",
    "under",    "until",      "up",        "upon",
    "us",       "very",       "was",       "we",
    "well",     "were",       "what",      "whatever",
    "when",     "where",      "whereas",   "whether",
    "which",    "while",      "who",       "whoever",
    "whom",     "whose",      "why",       "will",
    "with",     "within",     "without",   "would",
    "yet",      "you",        "your",      "yours",
    "yourself"};

static const char *const french[] = {
    "afin",    "ai",        "ainsi",     "alors",      "après",    "as",
    "au",      "aucun",     "aucune",    "aujourd",    "auquel",   "aussi",
    "autre",   "autres",    "aux",       "avaient",    "avait",    "avant",
    "avec",    "avez",      "avoir",     "avons",      "ayant",    "c",
    "car",     "ce",        "ceci",      "cela",       "celle",    "celles",
    "celui",   "cent",      "cependant", "certains",   "ces",      "cet",
    "cette",   "ceux",      "chaque",    "chez",       "ci",       "comme",
    "comment", "contre",    "d",         "dans",       "de",       "depuis",
    "des",     "desdits",   "deux",      "devant",     "dois",     "doit",
    "donc",    "dont",      "du",        "durant",     "elle",     "elles",
    "en",      "encore",    "entre",     "es",         "est",      "et",
    "eu",      "eux",       "fait",      "faites",     "fois",     "font",
    "furent",  "fut",       "hors",      "il",         "ils",      "j",
    "je",      "jusqu",     "jusque",    "l",          "la",       "laquelle",
    "le",      "lequel",    "les",       "lesquelles", "lesquels", "leur",
    "leurs",   "lors",      "lorsque",   "lui",        "m",        "ma",
    "mais",    "malgré",    "me",        "mes",        "moi",      "moins",
    "mon",     "même",      "mêmes",     "n",          "ne",       "ni",
    "non",     "nos",       "notamment", "notre",      "nous",     "on",
    "ont",     "or",        "ou",        "où",         "par",      "parce",
    "parmi",   "pas",       "pendant",   "peu",        "peut",     "peuvent",
    "plus",    "plusieurs", "plutôt",    "pour",       "pourquoi", "puis",
    "puisque", "qu",        "quand",     "que",        "quel",     "quelle",
    "quelles", "quelque",   "quelques",  "quels",      "qui",      "quoi",
    "s",       "sa",        "sans",      "se",         "selon",    "sera",
    "seront",  "ses",       "si",        "sien",       "soient",   "soit",
    "sommes",  "son",       "sont",      "sous",       "suis",     "sur",
    "t",       "ta",        "tandis",    "tant",       "te",       "tel",
    "telle",   "telles",    "tels",      "tes",        "toi",      "ton",
    "tous",    "tout",      "toute",     "toutefois",  "toutes",   "trop",
    "très",    "tu",        "un",        "une",        "vers",     "via",
    "voici",   "voilà",     "vos",       "votre",      "vous",     "y",
    "à",       "étaient",   "était",     "étant",      "été",      "êtes",
    "être"};

static const char *const spanish[] = {
    "a",        "al",       "algo",     "alguna",   "algunas", "alguno",
    "algunos",  "algún",    "allí",     "ambos",    "ante",    "antes",
    "aquel",    "aquella",  "aquellas", "aquellos", "aquí",    "así",
    "aun",      "aunque",   "aún",      "bajo",     "bien",    "cada",
    "casi",     "como",     "con",      "conforme", "contra",  "cual",
    "cuales",   "cuando",   "cuanto",   "cuya",     "cuyas",   "cuyo",
    "cuyos",    "cuál",     "cuándo",   "cómo",     "da",      "de",
    "debe",     "deben",    "del",      "demás",    "dentro",  "desde",
    "después",  "donde",    "dos",      "durante",  "dónde",   "e",
    "el",       "ella",     "ellas",    "ello",     "ellos",   "en",
    "entre",    "era",      "eran",     "es",       "esa",     "esas",
    "ese",      "eso",      "esos",     "esta",     "estaba",  "estas",
    "este",     "esto",     "estos",    "está",     "están",   "fue",
    "fueron",   "ha",       "habiendo", "había",    "habían",  "han",
    "hasta",    "hay",      "haya",     "he",       "la",      "las",
    "le",       "les",      "lo",       "los",      "luego",   "me",
    "mediante", "menos",    "mi",       "mientras", "mis",     "misma",
    "mismas",   "mismo",    "mismos",   "mucho",    "muchos",  "muy",
    "más",      "nada",     "ni",       "ninguna",  "ningún",  "no",
    "nos",      "nosotros", "nuestra",  "nuestro",  "o",       "os",
    "otra",     "otras",    "otro",     "otros",    "para",    "pero",
    "poco",     "por",      "porque",   "puede",    "pueden",  "pues",
    "que",      "quien",    "quienes",  "quién",    "qué",     "se",
    "sea",      "sean",     "según",    "ser",      "si",      "sido",
    "siempre",  "siendo",   "sin",      "sino",     "sobre",   "son",
    "soy",      "su",       "sus",      "suya",     "suyo",    "sí",
    "sólo",     "tal",      "tales",    "también",  "tampoco", "tan",
    "tanto",    "te",       "tener",    "tiene",    "tienen",  "toda",
    "todas",    "todavía",  "todo",     "todos",    "tras",    "tu",
    "tú",       "un",       "una",      "unas",     "uno",     "unos",
    "usted",    "ustedes",  "y",        "ya",       "yo",      "él"};

static const char *const russian[] = {
    "а",       "без",     "более",   "больше",    "бы",      "был",
    "была",    "были",    "было",    "быть",      "в",       "вам",
    "вас",     "ведь",    "весь",    "во",        "вот",     "впрочем",
    "все",     "всего",   "всех",    "всю",       "вы",      "где",
    "да",      "даже",    "для",     "до",        "другие",  "другой",
    "его",     "ее",      "если",    "есть",      "еще",     "ещё",
    "её",      "же",      "за",      "здесь",     "и",       "из",
    "или",     "им",      "именно",  "их",        "к",       "каждый",
    "как",     "какая",   "какой",   "когда",     "которая", "которого",
    "которое", "которой", "которые", "который",   "которых", "кто",
    "куда",    "ли",      "лишь",    "между",     "меня",    "мне",
    "много",   "может",   "можно",   "мой",       "моя",     "мы",
    "на",      "над",     "надо",    "наконец",   "нас",     "не",
    "него",    "нее",     "ней",     "некоторые", "нельзя",  "нет",
    "неё",     "ни",      "нибудь",  "никогда",   "ним",     "них",
    "ничего",  "но",      "ну",      "о",         "об",      "один",
    "одна",    "однако",  "одной",   "он",        "она",     "они",
    "оно",     "опять",   "от",      "перед",     "по",      "под",
    "после",   "потом",   "потому",  "почти",     "при",     "про",
    "раз",     "разве",   "с",       "сам",       "свое",    "своего",
    "своей",   "свои",    "своих",   "свою",      "себе",    "себя",
    "сейчас",  "со",      "совсем",  "так",       "также",   "такие",
    "такого",  "такой",   "там",     "те",        "тебя",    "тем",
    "теперь",  "то",      "тогда",   "того",      "тоже",    "той",
    "только",  "том",     "тот",     "три",       "тут",     "ты",
    "у",       "уж",      "уже",     "хотя",      "чего",    "чей",
    "чем",     "через",   "что",     "чтобы",     "чуть",    "эта",
    "эти",     "этих",    "это",     "этого",     "этой",    "этом",
    "этот",    "эту",     "я"};

static const char *const arabic[] = {
    "أ",    "أجل",   "أن",    "أنا",  "أنت",  "أنه",   "أنها",   "أو",
    "أي",   "أيضا",  "أيضاً",  "أين",  "إذ",   "إذا",   "إلا",    "إلى",
    "إن",   "إنه",   "إنها",  "التي", "الذي", "الذين", "اللاتي", "اللذين",
    "بأن",  "بعد",   "بعض",   "بل",   "به",   "بها",   "بين",    "تحت",
    "تكون", "تلك",   "تم",    "ثم",   "جميع", "حتى",   "حول",    "حيث",
    "حين",  "خلال",  "دون",   "ذات",  "ذلك",  "سوف",   "ضد",     "ضمن",
    "على",  "عليه",  "عليها", "عن",   "عند",  "عندما", "عنه",    "عنها",
    "غير",  "ف",     "فإن",   "فقد",  "في",   "فيه",   "فيها",   "قبل",
    "قد",   "كان",   "كانت",  "كل",   "كلا",  "كم",    "كما",    "كي",
    "كيف",  "لا",    "لدى",   "لقد",  "لكن",  "لكي",   "لم",     "لن",
    "له",   "لها",   "لهم",   "لو",   "ليس",  "ليست",  "ما",     "ماذا",
    "مثل",  "مع",    "مما",   "من",   "منذ",  "منه",   "منها",   "نحن",
    "نحو",  "هؤلاء", "هذا",   "هذه",  "هل",   "هم",    "هما",    "هنا",
    "هناك", "هو",    "هي",    "و",    "وأن",  "وإذ",   "وإن",    "وفي",
    "وقد",  "ولا",   "ولم",   "وما",  "ومن",  "وهو",   "وهي",    "ويجب",
    "يكون"};

static const char *const chinese[] = {
    "一",   "一个", "一些", "上",   "下", "不",   "与",   "並",   "个",
    "为",   "为了", "之",   "也",   "了", "于",   "些",   "从",   "他",
    "他们", "以",   "以及", "们",   "但", "但是", "你",   "你们", "使",
    "來",   "個",   "們",   "其",   "再", "几",   "出",   "则",   "到",
    "則",   "却",   "去",   "又",   "及", "只",   "可",   "可以", "各",
    "后",   "吗",   "和",   "嗎",   "因", "因为", "在",   "她",   "好",
    "如",   "如果", "它",   "它们", "对", "将",   "將",   "對",   "就",
    "已",   "已经", "并",   "当",   "很", "後",   "得",   "從",   "您",
    "我",   "我们", "或",   "或者", "所", "所有", "把",   "於",   "是",
    "更",   "最",   "有",   "来",   "此", "每",   "比",   "没",   "没有",
    "為",   "由",   "由于", "當",   "的", "着",   "等",   "而",   "而且",
    "能",   "自己", "與",   "被",   "要", "該",   "說",   "讓",   "让",
    "该",   "说",   "谁",   "还",   "这", "这个", "这些", "這",   "還",
    "那",   "那个", "那些", "都",   "里"};

static const struct {
  const char *language;
  const char *const *words;
  size_t count;
} lists[] = {
    {"en", english, SF_COUNT(english)}, {"fr", french, SF_COUNT(french)},
    {"es", spanish, SF_COUNT(spanish)}, {"ru", russian, SF_COUNT(russian)},
    {"ar", arabic, SF_COUNT(arabic)},   {"zh", chinese, SF_COUNT(chinese)},
};

/// True when the tag `language` is `primary` or a variety of it: "en-GB".
static bool is_language(const char *language, const char *primary) {
  size_t size = strlen(primary);

  return strncmp(language, primary, size) == 0 &&
         (language[size] == '\0' || language[size] == '-');
}

const char *const *sf_stop_words(const char *language, size_t *count) {
  for (size_t i = 0; i < SF_COUNT(lists); i++) {
    if (!is_language(language, lists[i].language)) continue;
    *count = lists[i].count;
    return lists[i].words;
  }
  *count = 0;
  return NULL;
}

bool sf_text_stop_word(const char *language, sheaf_bytes word) {
  size_t count;
  const char *const *words = sf_stop_words(language, &count);

  return sf_word_list_has(words, count, word);
}
