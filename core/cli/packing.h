/// Copying the members of bundles into a packer.
#ifndef CLI_PACKING_H
#define CLI_PACKING_H

#include "cli/members.h"

typedef struct {
  const cli_reading *reading;
  const char *output;  ///< The file that is written.
  bool doubtful;       ///< What is in doubt is packed, and marked.
  sheaf_packer *packer;
  uint64_t packed, lost, doubted, left_out, bytes;
  sheaf_error told;  ///< The last reason why something was lost.
} cli_packing;

/// Copies the members of the bundle at `path`, number `number` of the command
/// line, and reports each that is lost:
/// it cannot be read, or its bundle's compressed stream is damaged, so that
/// nothing vouches for it, unless `doubtful` says to keep those. The output
/// itself, where it lies in a folder that is packed, is passed over. Returns
/// CLI_OK, CLI_INPUT when there is no bundle, CLI_SOME_FAILED, or another
/// status after an error that ends the packing.
int cli_pack_bundle(cli_packing *packing, const char *path, int number);

/// Completes the file and tells what it has. Returns `status`, or what the
/// failure makes of it.
int cli_pack_finish(cli_packing *packing, int status);

#endif
