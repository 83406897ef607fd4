/// Planning: cutting the members of a bundle into blocks of documents.
///
/// Where a block ends depends on the bundle alone: never on the number of
/// workers, on time, or on where a run was resumed.
#ifndef SF_RUN_PLAN_H
#define SF_RUN_PLAN_H

#include "base/base.h"
#include "run/choice.h"
#include "sheaf/bundle.h"

/// A range of members, both ends included, that are worked on together.
typedef struct {
  uint64_t first;
  uint64_t last;
  uint64_t documents;  ///< Members that are no folders.
  uint64_t offset;     ///< Where the first one begins; see sheaf_place.
  uint64_t bytes;      ///< Unpacked, as far as the bundle declares that.
} sf_block;

/// Receives a block of a plan. Anything but SHEAF_OK stops.
typedef int (*sf_block_sink)(void *context, const sf_block *block);

/// Appends it, all but its bytes, and reads it back.
void sf_block_pack(sf_buffer *out, const sf_block *block);
void sf_block_unpack(sf_unpack *from, sf_block *block);

/// Plans those documents of `bundle`, number `number` of the run (from 0), that
/// are chosen, from its first member on.
/// Calls `add` with each block, in order, until that returns something else
/// than SHEAF_OK, and makes `digest` the digest of what the bundle's directory
/// says.
///
/// An error in the middle of the bundle is the end of its last block, which
/// the worker of that block will meet again; an error before the first
/// document is returned. With SHEAF_OK `*error` has the code of the last error
/// that there was, or none.
int sf_plan(sheaf_bundle *bundle, uint64_t number, const sf_choice *choice,
            sf_block_sink add, void *context, char digest[SF_SHA256_HEX],
            sheaf_error *error);

#endif
