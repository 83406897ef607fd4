/// The commonest words of languages, written by scripts/common_words.lua.
#ifndef SF_COMMON_WORDS_H
#define SF_COMMON_WORDS_H

#include <stdint.h>

/// Languages of the Latin script, as bits.
enum { EN = 1, ES = 2, FR = 4, PT = 8, IT = 16, DE = 32, NL = 64 };

#define LATIN_LANGUAGES 7
#define LONGEST_WORD    8  ///< Bytes, of those in the table.

/// A word's place is the upper 9 bits of its number times this, or the next
/// one that is free; it is followed by a free one.
#define WORD_FACTOR UINT64_C(0x9E3779B97F4A7C15)
#define WORD_SHIFT  55

// clang-format off
static const struct {
  char word[LONGEST_WORD];
  unsigned char languages;
} common_words[512] = {
    [2] = {"do", PT}, [3] = {"has", EN}, [4] = {"esta", ES}, [5] = {"und", DE},
    [11] = {"shall", EN}, [12] = {"es", ES | DE}, [19] = {"na", PT},
    [20] = {"ook", NL}, [38] = {"been", EN}, [39] = {"ce", FR},
    [49] = {"di", IT}, [50] = {"werden", DE}, [51] = {"have", EN},
    [53] = {"ist", DE}, [54] = {"o", ES | PT}, [59] = {"from", EN},
    [60] = {"with", EN}, [61] = {"los", ES}, [62] = {"em", PT},
    [63] = {"their", EN}, [64] = {"aus", DE}, [70] = {"una", ES | IT},
    [73] = {"su", ES}, [80] = {"de", ES | FR | PT | NL},
    [81] = {"por", ES | PT}, [82] = {"não", PT}, [83] = {"den", DE},
    [93] = {"at", EN}, [94] = {"auch", DE}, [95] = {"ein", DE},
    [104] = {"d", FR}, [111] = {"da", PT | IT}, [121] = {"was", EN},
    [122] = {"son", FR}, [123] = {"het", NL}, [124] = {"uit", NL},
    [125] = {"een", NL}, [136] = {"für", DE}, [140] = {"an", EN | DE},
    [141] = {"elle", FR}, [142] = {"les", FR}, [145] = {"nos", PT},
    [146] = {"e", PT | IT}, [152] = {"its", EN}, [153] = {"une", FR},
    [154] = {"hat", DE}, [155] = {"which", EN}, [156] = {"al", ES | IT},
    [158] = {"the", EN}, [159] = {"sur", FR}, [160] = {"per", IT},
    [162] = {"to", EN}, [167] = {"si", IT}, [168] = {"der", DE},
    [171] = {"las", ES}, [172] = {"for", EN}, [176] = {"auf", DE},
    [177] = {"gli", IT}, [180] = {"is", EN | NL}, [184] = {"or", EN},
    [187] = {"que", ES | FR | PT}, [188] = {"and", EN}, [189] = {"sua", PT},
    [190] = {"par", FR}, [198] = {"se", ES | FR | PT}, [199] = {"nella", IT},
    [200] = {"op", NL}, [205] = {"nel", IT}, [206] = {"eine", DE},
    [207] = {"dans", FR}, [216] = {"on", EN}, [217] = {"è", IT},
    [219] = {"seu", PT}, [220] = {"um", PT}, [221] = {"sono", IT},
    [223] = {"zijn", NL}, [227] = {"im", DE}, [236] = {"voor", NL},
    [237] = {"dos", PT}, [238] = {"delle", IT}, [240] = {"te", NL},
    [246] = {"más", ES}, [247] = {"die", DE | NL}, [248] = {"he", EN},
    [249] = {"nicht", DE}, [250] = {"von", DE}, [255] = {"nas", PT},
    [260] = {"wordt", NL}, [261] = {"et", FR}, [270] = {"qui", FR},
    [276] = {"er", DE | NL}, [278] = {"of", EN | NL}, [279] = {"ha", ES | IT},
    [280] = {"à", FR | PT}, [290] = {"della", IT}, [294] = {"not", EN},
    [297] = {"del", ES | IT}, [298] = {"aux", FR}, [299] = {"mit", DE},
    [306] = {"are", EN}, [308] = {"en", ES | FR | NL},
    [309] = {"para", ES | PT}, [310] = {"sus", ES}, [314] = {"i", IT},
    [316] = {"des", FR | DE}, [323] = {"el", ES}, [325] = {"com", PT},
    [331] = {"met", NL}, [333] = {"uma", PT}, [335] = {"this", EN},
    [338] = {"lo", ES | IT}, [339] = {"pas", FR}, [341] = {"au", FR},
    [347] = {"das", PT | DE}, [351] = {"by", EN}, [352] = {"mais", PT},
    [356] = {"as", EN | PT}, [358] = {"van", NL}, [362] = {"dei", IT},
    [365] = {"pour", FR}, [367] = {"foi", PT}, [368] = {"zu", DE},
    [388] = {"plus", FR}, [389] = {"ao", PT}, [390] = {"avec", FR},
    [391] = {"als", DE | NL}, [395] = {"bij", NL}, [397] = {"est", FR},
    [398] = {"will", EN}, [416] = {"le", FR | IT}, [417] = {"ou", FR},
    [422] = {"that", EN}, [423] = {"no", ES | PT}, [424] = {"como", ES | PT},
    [425] = {"non", IT}, [429] = {"it", EN}, [431] = {"sich", DE},
    [432] = {"os", PT}, [434] = {"ses", FR}, [438] = {"come", IT},
    [440] = {"l", FR}, [446] = {"dem", DE}, [447] = {"la", ES | FR | IT},
    [465] = {"é", PT}, [467] = {"du", FR}, [468] = {"un", ES | FR | IT},
    [469] = {"che", IT}, [470] = {"sont", FR}, [474] = {"con", ES | IT},
    [475] = {"y", ES}, [476] = {"in", EN | IT | DE | NL}, [479] = {"om", NL},
    [484] = {"naar", NL}, [490] = {"a", ES | PT}, [491] = {"il", FR | IT},
    [492] = {"alla", IT}, [496] = {"dat", NL}, [500] = {"ne", FR},
    [501] = {"aan", NL}, [502] = {"niet", NL}, [504] = {"door", NL},
    [508] = {"be", EN}, [510] = {"este", ES},
};
// clang-format on

#endif
