/// The run folder: what is in it, who uses it, and how its files are called.
#ifndef SF_RUN_FOLDER_H
#define SF_RUN_FOLDER_H

#include "run/job.h"

#define SF_LEDGER "ledger.jsonl"
#define SF_REPORT "run.json"
#define SF_STATE  ".state"
#define SF_INTAKE ".input-"  ///< And a number: the copy of a stream.
#define SF_PART   ".part"    ///< Ending of files that are not complete.
#define SF_SPOOL  ".spool"   ///< Ending of files with records for `finish`.
#define SF_FINISH ".finish"  ///< The folder in which `finish` makes files.

/// An open run folder, locked against other runs.
typedef struct {
  char *path;
  int fd;
  bool made;  ///< It was not there before.
} sf_run_folder;

typedef enum {
  SF_FOLDER_EMPTY,
  SF_FOLDER_COMPLETE,
  SF_FOLDER_INTERRUPTED,  ///< With a state to go on from.
  SF_FOLDER_BEGUN,        ///< Interrupted before its first commit.
  SF_FOLDER_FOREIGN       ///< Something else is in it.
} sf_folder_content;

/// Opens the folder at `path`, which is made where it is missing, and locks
/// it. SHEAF_ELOCKED when another run has it, SHEAF_EEXISTS when `path` is no
/// folder.
int sf_run_folder_open(sf_run_folder *folder, const char *path,
                       sheaf_error *error);

/// Unlocks and closes the folder. One that was made and is still empty is
/// taken away again.
void sf_run_folder_close(sf_run_folder *folder);

/// Tells what is in the folder.
int sf_run_folder_look(const sf_run_folder *folder, sf_folder_content *content,
                       sheaf_error *error);

/// The path of the file `name` in the folder, with `ending` appended. The
/// caller frees it; NULL when there is no memory.
char *sf_run_folder_file(const sf_run_folder *folder, const char *name,
                         const char *ending);

/// Gives `name` its final name, or, `back`, its `.part` name again where it
/// has the final one only.
int sf_run_folder_rename(const sf_run_folder *folder, const char *name,
                         bool back, sheaf_error *error);

/// Removes everything that a run of `job` may have left behind.
int sf_run_folder_clean(const sf_run_folder *folder, const sf_job *job,
                        sheaf_error *error);

#endif
