/// The body of a Word document: WordprocessingML (ECMA-376, part 1, 17) on its
/// way to a sheet.
#ifndef BODY_H
#define BODY_H

#include "facts.h"
#include "sheet.h"

/// Writes the text of the document and, behind it, of its notes.
int body_read(sheet *out, const package *from, const fact_list *styles,
              const fact_list *links, sheaf_error *error);

#endif
