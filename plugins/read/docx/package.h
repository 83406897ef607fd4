/// The parts of a Word document, which is a zip (ECMA-376, part 2).
#ifndef PACKAGE_H
#define PACKAGE_H

#include "sheaf/doc.h"

typedef enum {
  PART_DOCUMENT,
  PART_STYLES,
  PART_LINKS,  ///< What the identifiers of links mean.
  PART_FOOTNOTES,
  PART_ENDNOTES,
  PART_PROPERTIES,
  PART_COUNT
} part;

typedef struct {
  sheaf_bytes parts[PART_COUNT];  ///< Owned; empty: it has none.
} package;

/// Unpacks the parts. SHEAF_EDAMAGED when there is no document in it.
int package_open(package *out, sheaf_bytes content, sheaf_error *error);
void package_clear(package *of);

/// What errors call the part.
const char *package_name(part number);

#endif
