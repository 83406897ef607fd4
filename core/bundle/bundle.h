/// Bundles: the module behind sheaf/bundle.h.
///
/// Every format is one file that ends in a `const sf_format`; formats.c lists
/// them. A format knows nothing of documents, plugins or runs.
#ifndef SF_BUNDLE_H
#define SF_BUNDLE_H

#include "base/base.h"
#include "io/io.h"
#include "sheaf/bundle.h"

/// Everything that a format may use of its bundle.
typedef struct {
  const char *path;
  sf_file *file;  ///< NULL for a folder.
  sheaf_bundle_options options;
} sf_source;

/// One format of bundles. `reader` is the format's own state.
typedef struct sf_format {
  const char *name;

  /// Tells by the first bytes how sure the format is that it can read the
  /// source: 0 not at all, 100 certain. `head` is empty for a folder.
  int (*bid)(const sf_source *source, sheaf_bytes head);

  int (*open)(void **reader, const sf_source *source, sheaf_error *error);
  void (*close)(void *reader);
  int (*next)(void *reader, sheaf_member *member, sheaf_error *error);
  int (*seek)(void *reader, uint64_t ordinal, sheaf_error *error);
  int (*read)(void *reader, sheaf_bytes *content, sheaf_error *error);
  int (*stream)(void *reader, sheaf_sink sink, void *context,
                sheaf_error *error);
} sf_format;

#endif
