/// Which documents of the bundles a run is for.
#ifndef SF_RUN_CHOICE_H
#define SF_RUN_CHOICE_H

#include "run/wire.h"
#include "sheaf/bundle.h"
#include "sheaf/run.h"

/// One member by its place.
typedef struct {
  uint64_t bundle;  ///< From 0.
  uint64_t member;  ///< From 1; 0: the whole bundle.
} sf_pick;

/// All of them, when it is zeroed.
typedef struct {
  char **filters;   ///< Patterns of names, ended by NULL; NULL: any.
  uint64_t limit;   ///< The first so many of each bundle; 0: all.
  uint32_t sample;  ///< So many of a million; 0: all.
  sf_pick *picks;   ///< In order; NULL: all. For members that are picked by
                    ///< their places nothing else counts.
  size_t pick_count;
} sf_choice;

/// Takes what the options say. SHEAF_EUSAGE for what is no part of all
/// documents.
int sf_choice_take(sf_choice *choice, const sheaf_run_options *options,
                   sheaf_error *error);
void sf_choice_clear(sf_choice *choice);

/// True when it is for all documents.
bool sf_choice_is_all(const sf_choice *choice);

/// True when the run is for some of that bundle, as far as places tell.
bool sf_choice_touches(const sf_choice *choice, uint64_t bundle);

/// True when it is not for members that are picked one by one.
bool sf_choice_whole(const sf_choice *choice, uint64_t bundle);

/// How many documents of the bundle there are at most; 0: any number.
uint64_t sf_choice_most(const sf_choice *choice, uint64_t bundle);

/// True for a member of that bundle that the run is for, by its place and name
/// alone. One that cannot be read has no name that is `known`.
bool sf_choice_takes(const sf_choice *choice, uint64_t bundle,
                     const sheaf_member *member, bool known);

/// Appends it, and reads it back, for workers. It can be cleared either way.
void sf_choice_pack(sf_buffer *out, const sf_choice *choice);
int sf_choice_unpack(sf_unpack *from, sf_choice *choice, sheaf_error *error);

/// Appends it as JSON, for people.
void sf_choice_write(sf_buffer *out, const sf_choice *choice);

#endif
