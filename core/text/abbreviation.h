/// Words that end in a full stop without ending a sentence. Seen within this
/// module only.
#ifndef SF_ABBREVIATION_H
#define SF_ABBREVIATION_H

#include "text/text.h"

typedef enum {
  SF_ABBREVIATION_NONE,
  SF_ABBREVIATION_OPEN,  ///< Something must follow: "Mr.", "e.g."
  SF_ABBREVIATION_ANY    ///< May stand at the end as well: "Co.", "No."
} sf_abbreviation;

/// Tells what `word`, without its last full stop, is: by the lists of all
/// languages, or by its looks ("U.S", "II.C", "E", "Ltd").
sf_abbreviation sf_abbreviation_find(sheaf_bytes word);

#endif
