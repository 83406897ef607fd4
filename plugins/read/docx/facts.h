/// What a Word document says beside its text: which styles are headings, where
/// links lead, who wrote it.
#ifndef FACTS_H
#define FACTS_H

#include "package.h"

typedef struct {
  char *key, *value;
} fact;

/// A list of pairs, in the order of the document.
typedef struct {
  fact *facts;
  size_t count, capacity;
  bool failed;
} fact_list;

/// The identifiers of styles that are headings, and their level as a number.
int facts_of_styles(fact_list *out, const package *from, sheaf_error *error);

/// The identifiers of links that lead outside, and where to.
int facts_of_links(fact_list *out, const package *from, sheaf_error *error);

/// Sets the document's metadata: title, author, date and so on.
int facts_describe(sheaf_doc *doc, const package *from, sheaf_error *error);

/// The value of `key`; NULL: there is none.
const char *facts_find(const fact_list *list, const char *key);

void facts_clear(fact_list *list);

#endif
