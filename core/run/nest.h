/// The nest: bundles that lie in a member, one in another, and are gone
/// through member by member.
#ifndef SF_RUN_NEST_H
#define SF_RUN_NEST_H

#include "base/base.h"
#include "sheaf/bundle.h"
#include "sheaf/run.h"

/// Start from a zeroed struct with the first two fields set.
typedef struct {
  unsigned limit;  ///< How deep it may become; 0: nothing is opened.
  const sheaf_bundle_options *reading;  ///< Borrowed.
  struct sf_nest_level {
    sheaf_bundle *bundle;
    char *id;  ///< Of the document that it is. Owned.
  } levels[SHEAF_NESTED_MAX];
  size_t depth;
} sf_nest;

/// True when `content` is a bundle rather than a document. Files of an office
/// or an e-book reader are zips, too, but documents; so are lines of JSON.
bool sf_nest_bundle(sheaf_bytes content);

/// Opens `content`, a bundle that is borrowed, as the innermost one; `id` is
/// that of its document. Tells in `reason` what it is. SHEAF_ELIMIT when that
/// is too deep.
int sf_nest_open(sf_nest *nest, const char *id, sheaf_bytes content,
                 sf_buffer *reason, sheaf_error *error);

/// The innermost bundle. There is one.
struct sf_nest_level *sf_nest_top(sf_nest *nest);

/// Closes the innermost bundle.
void sf_nest_close(sf_nest *nest);

#endif
