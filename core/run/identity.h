/// The identity of a run: everything that its output depends on.
#ifndef SF_RUN_IDENTITY_H
#define SF_RUN_IDENTITY_H

#include "run/job.h"

/// Appends the members of a JSON object, without its braces: the version, the
/// pipeline with digests and options, the bundles with size and time.
void sf_identity_write(const sf_job *job, sf_buffer *out);

/// Compares two objects that have such members: that of an earlier run, and
/// of this one. SHEAF_ECHANGED names the first thing that differs.
int sf_identity_check(const sheaf_value *was, const sheaf_value *now,
                      sheaf_error *error);

#endif
