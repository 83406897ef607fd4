/// A job made again from what the run.json of a run says of it.
#ifndef SF_RUN_AGAIN_H
#define SF_RUN_AGAIN_H

#include "run/job.h"

/// Makes a job of those steps in `report` that have a spool, without documents,
/// for runs with so many `workers`. Plugins are found on `path` by their names,
/// and must be those that the run had. Release it with sf_job_clear().
int sf_job_again(sf_job *job, const sheaf_value *report,
                 const char *const *path, int workers, sheaf_error *error);

#endif
