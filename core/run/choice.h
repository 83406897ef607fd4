/// Which documents of the bundles a run is for.
#ifndef SF_RUN_CHOICE_H
#define SF_RUN_CHOICE_H

#include "run/wire.h"
#include "sheaf/bundle.h"
#include "sheaf/run.h"

/// All of them, when it is zeroed.
typedef struct {
  const char *const *filters;  ///< Patterns of names, ended by NULL; NULL: any.
  uint64_t limit;              ///< The first so many of each bundle; 0: all.
  uint32_t sample;             ///< So many of a million; 0: all.
} sf_choice;

/// Takes what the options say; the filters stay theirs. SHEAF_EUSAGE for what
/// is no part of all documents.
int sf_choice_take(sf_choice *choice, const sheaf_run_options *options,
                   sheaf_error *error);

/// True for a member that the run is for, by its place and name alone.
bool sf_choice_takes(const sf_choice *choice, const sheaf_member *member);

/// Appends it, and reads it back, for workers; the filters are then owned.
void sf_choice_pack(sf_buffer *out, const sf_choice *choice);
int sf_choice_unpack(sf_unpack *from, sf_choice *choice, sheaf_error *error);

/// Releases one that was read back.
void sf_choice_clear(sf_choice *choice);

/// Appends it as JSON, for people.
void sf_choice_write(sf_buffer *out, const sf_choice *choice);

#endif
