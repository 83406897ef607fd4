/// Sorted lists of words. Seen within this module only.
#ifndef SF_WORD_LIST_H
#define SF_WORD_LIST_H

#include "text/text.h"

/// True when `word` is in `list`, which is in the order of its bytes.
bool sf_word_list_has(const char *const *list, size_t count, sheaf_bytes word);

#endif
