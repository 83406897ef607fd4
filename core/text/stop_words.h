/// The lists of stop words. Seen within this module only.
#ifndef SF_STOP_WORDS_H
#define SF_STOP_WORDS_H

#include "text/text.h"

/// The stop words of `language` in the order of their bytes; none where there
/// is no list.
const char *const *sf_stop_words(const char *language, size_t *count);

#endif
