/// Installing: the files of a run folder replaced by others, all of them or
/// none, whenever this is interrupted.
///
/// They lie in a folder within the run folder. Once the report is among them,
/// which is written last, they are what the run is: whoever comes next
/// completes the change. While it goes on the run folder has no report, so that
/// nobody takes it for complete.
#ifndef SF_RUN_INSTALL_H
#define SF_RUN_INSTALL_H

#include "run/folder.h"

#define SF_RETRY     ".retry"         ///< Where retries work,
#define SF_RETRY_RUN SF_RETRY "/run"  ///< do the documents again,
#define SF_RETRY_NEW SF_RETRY "/new"  ///< and put the new files.

/// True when the new files are there: the change has been decided.
bool sf_install_is_due(const sf_run_folder *folder);

/// Puts the new files in the place of the old ones and takes SF_RETRY away.
int sf_install(const sf_run_folder *folder, sheaf_error *error);

/// Removes `name` and all that is in it from the folder. Harmless when there is
/// no such file.
int sf_install_remove(const sf_run_folder *folder, const char *name,
                      sheaf_error *error);

#endif
