/// Bundles that are streams, such as standard input: copied into the run folder
/// for as long as the run takes, so that workers can share them and a run can
/// be resumed.
#ifndef SF_RUN_INTAKE_H
#define SF_RUN_INTAKE_H

#include "run/supervisor.h"

/// Copies the streams among the bundles, or finds the copies that an
/// interrupted run has made. The job's sources then name them.
int sf_intake(sf_supervisor *run, sheaf_error *error);

/// Removes the copies, unless the run was interrupted and can go on.
void sf_intake_end(const sf_supervisor *run);

#endif
