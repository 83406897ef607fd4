/// The kinds of spans that steps hand to each other, as their manifests say.
#ifndef SF_RUN_KINDS_H
#define SF_RUN_KINDS_H

#include "run/job.h"

/// SHEAF_EUSAGE where a step reads what is only added behind it.
int sf_kinds_check(const sf_job *job, sheaf_error *error);

/// Fills `warning` where no step before this one adds anything that it reads,
/// unless all of that may be missing.
bool sf_kinds_missing(const sf_job *job, size_t step, sheaf_error *warning);

#endif
