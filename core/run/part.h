/// A file of the run folder while it grows: appended to, synced, cut back.
#ifndef SF_RUN_PART_H
#define SF_RUN_PART_H

#include "run/folder.h"

typedef struct {
  char *path;
  int fd;
  uint64_t size;     ///< Bytes appended, whether written yet or not.
  sf_buffer buffer;  ///< Not written yet.
  bool dirty;        ///< Changed since the last sync.
} sf_part;

/// Opens `name` with the ending `.part`, made where it is missing, and cuts
/// it to `size` bytes. SHEAF_ECHANGED when it has fewer.
int sf_part_open(sf_part *part, const sf_run_folder *folder, const char *name,
                 uint64_t size, sheaf_error *error);

int sf_part_append(sf_part *part, sheaf_bytes bytes, sheaf_error *error);

/// Writes what is buffered and makes the file durable. Blocks on the disk.
int sf_part_sync(sf_part *part, sheaf_error *error);

/// Closes the file; what is buffered is lost.
int sf_part_close(sf_part *part, sheaf_error *error);

#endif
