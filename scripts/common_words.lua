--- Makes core/text/common_words.h, by which languages of the Latin script are told apart.
--
--     lua5.4 scripts/common_words.lua [--check]
--
-- The commonest words of each language, in a hash table that is ready when the program begins.
-- With --check it only tells whether the file is what it should be.

local PATH = "core/text/common_words.h"
local LONGEST = 8 -- bytes of a word: it is compared as one number
local BITS = 9
local FACTOR = 0x9E3779B97F4A7C15 -- 2^64 by the golden ratio, as Knuth has it for hashing

-- Portuguese, Italian, German and Dutch are there so that they are not taken for one of the others.
local languages = {
  { "EN", [[an and are as at be been by for from has have he in is it its not of on or shall that
    the their this to was which will with]] },
  { "ES", [[a al como con de del el en es esta este ha la las lo los más no o para por que se su sus
    un una y]] },
  { "FR", [[au aux avec ce d dans de des du elle en est et il l la le les ne ou par pas plus pour
    que qui se ses son sont sur un une à]] },
  { "PT", [[a ao as com como da das de do dos e em foi mais na nas no nos não o os para por que se
    seu sua um uma à é]] },
  { "IT", [[al alla che come con da dei del della delle di e gli ha i il in la le lo nel nella non
    per si sono un una è]] },
  { "DE", [[als an auch auf aus das dem den der des die ein eine er es für hat im in ist mit nicht
    sich und von werden zu]] },
  { "NL", [[aan als bij dat de die door een en er het in is met naar niet of om ook op te uit van
    voor wordt zijn]] },
}

--- Adds a language to the word's, at the first free place from where its hash is.
local function add(slots, word, language)
  local number = (">I8"):unpack(word .. ("\0"):rep(LONGEST - #word))
  local place = number * FACTOR >> 64 - BITS
  while slots[place] and slots[place].word ~= word do place = (place + 1) % (1 << BITS) end
  slots[place] = slots[place] or { word = word }
  local entry = slots[place]
  entry[#entry + 1] = language
end

local function lines_of(slots)
  local lines, line = {}, "   "
  for place = 0, (1 << BITS) - 1 do
    local entry = slots[place]
    local text = entry
      and (' [%d] = {"%s", %s},'):format(place, entry.word, table.concat(entry, " | "))
    if text and utf8.len(line .. text) > 80 then
      lines[#lines + 1] = line
      line = "   "
    end
    line = line .. (text or "")
  end
  lines[#lines + 1] = line
  return lines
end

local function header()
  local slots, bits = {}, {}
  for i, language in ipairs(languages) do
    bits[i] = ("%s = %d"):format(language[1], 1 << i - 1)
    for word in language[2]:gmatch("%S+") do add(slots, word, language[1]) end
  end
  return ([[
/// The commonest words of languages, written by scripts/common_words.lua.
#ifndef SF_COMMON_WORDS_H
#define SF_COMMON_WORDS_H

#include <stdint.h>

/// Languages of the Latin script, as bits.
enum { %s };

#define LATIN_LANGUAGES %d
#define LONGEST_WORD    %d  ///< Bytes, of those in the table.

/// A word's place is the upper %d bits of its number times this, or the next
/// one that is free; it is followed by a free one.
#define WORD_FACTOR UINT64_C(0x%X)
#define WORD_SHIFT  %d

// clang-format off
static const struct {
  char word[LONGEST_WORD];
  unsigned char languages;
} common_words[%d] = {
%s
};
// clang-format on

#endif
]]):format(table.concat(bits, ", "), #languages, LONGEST, BITS, FACTOR, 64 - BITS, 1 << BITS,
    table.concat(lines_of(slots), "\n"))
end

local text = header()
if arg[1] == "--check" then
  local file = assert(io.open(PATH))
  if file:read("a") ~= text then error(PATH .. ": not what scripts/common_words.lua makes", 0) end
  file:close()
else
  local file <close> = assert(io.open(PATH, "w"))
  assert(file:write(text))
end
