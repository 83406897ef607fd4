/// What Unicode says of single characters. Seen within this module only.
#ifndef SF_UNICODE_H
#define SF_UNICODE_H

#include <stdbool.h>
#include <stdint.h>

/// True for letters, marks, digits and letter-like numbers.
bool sf_unicode_word(uint32_t c);

/// True for Han and kana, of which each is taken as a word.
bool sf_unicode_ideograph(uint32_t c);

/// True for White_Space and U+FEFF.
bool sf_unicode_space(uint32_t c);

/// The simple case mappings; `c` itself where there is none.
uint32_t sf_unicode_lower(uint32_t c);
uint32_t sf_unicode_upper(uint32_t c);

#endif
