/// Parsing XML with expat: what readers of XML and of Office Open XML share.
#ifndef MARKUP_H
#define MARKUP_H

#include <stdbool.h>

#include "sheaf/doc.h"

/// Called with the name of an element without its prefix, and with its
/// attributes, pairs of a name and a value, ended by NULL.
typedef struct {
  void (*start)(void *context, const char *name, const char **attributes);
  void (*end)(void *context, const char *name);
  void (*text)(void *context, const char *data, size_t size);
  /// Looked at while parsing: no memory, go no further. May be NULL.
  const bool *failed;
} markup_events;

/// Parses `source`, UTF-8 whatever it says of itself unless `decode`, and which
/// errors call `what`. SHEAF_ESYNTAX when it is no XML, SHEAF_ELIMIT when it is
/// deeper than DEPTH_MAX.
int markup_parse(sheaf_bytes source, bool decode, const char *what,
                 const markup_events *events, void *context,
                 sheaf_error *error);

/// The value of the attribute with that name, whatever its prefix; NULL: none.
const char *markup_attribute(const char **attributes, const char *name);

#endif
