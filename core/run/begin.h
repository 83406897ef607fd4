/// The beginning of a run: anew, where an interrupted one stopped, or not at
/// all because it is complete.
#ifndef SF_RUN_BEGIN_H
#define SF_RUN_BEGIN_H

#include "run/supervisor.h"

/// Makes the folder ready for the run, whose folder and book are open.
/// `*complete` tells that there is nothing left to do; the book then has the
/// counts of that run. SHEAF_EEXISTS, SHEAF_ECHANGED.
int sf_run_begin(sf_supervisor *run, bool *complete, sheaf_error *error);

#endif
