/// The identity of a run: everything that its output depends on.
#ifndef SF_RUN_IDENTITY_H
#define SF_RUN_IDENTITY_H

#include "run/job.h"

/// Appends the members of a JSON object, without its braces: the version, the
/// pipeline with digests and options, the bundles with size and time.
void sf_identity_write(const sf_job *job, sf_buffer *out);

#define SF_ALL_BUNDLES SIZE_MAX

/// Receives a difference (SHEAF_ECHANGED), and the first bundle (from 0) whose
/// documents it concerns; SF_ALL_BUNDLES: those of the whole run.
typedef void (*sf_difference_sink)(void *context, const sheaf_error *difference,
                                   size_t bundle);

/// Compares two objects that have such members: that of an earlier run, and
/// of this one. Tells of everything that differs, but for what the second
/// function looks at: which of the documents they are for.
void sf_identity_compare(const sheaf_value *was, const sheaf_value *now,
                         sf_difference_sink sink, void *context);
void sf_identity_compare_choice(const sheaf_value *was, const sheaf_value *now,
                                sf_difference_sink sink, void *context);

#endif
