/// A flight: one member on its way, with the child documents that it leads to:
/// what plugins emit, and what lies in a bundle that it is. They go through the
/// pipeline one after the other, parents first.
#ifndef SF_RUN_FLIGHT_H
#define SF_RUN_FLIGHT_H

#include "bundle/bundle.h"
#include "run/document.h"
#include "run/pipeline.h"

/// Start from a zeroed struct; it must not move.
typedef struct {
  sf_passage passage;
  sf_family family;
  struct sf_child_doc *ahead;  ///< Children that wait; the last comes next.
  size_t ahead_count;
  size_t ahead_capacity;
  sf_pipeline *pipeline;
  const sheaf_bundle_options *reading;
  unsigned nested;    ///< How deep bundles in the member are opened.
  sheaf_walk *walk;   ///< Through those; NULL: there are none.
  sf_buffer id;       ///< Of the member.
  sf_buffer name;     ///< Its own.
  sf_buffer content;  ///< Of the member, where it has to be kept.
  sf_buffer text;     ///< The document's, where it had to be converted.
  sf_buffer unit;     ///< The rows so far; see row.h.
  sheaf_error doubt;  ///< What was read may not be what was written: a code.
  bool derived;       ///< A plugin made the document that is under way.
  bool landed;        ///< They are all there.
} sf_flight;

/// Begins with the member that `row` tells of: makes its row, whose name is
/// kept, and forgets what was before.
void sf_flight_begin(sf_flight *flight, sf_pipeline *pipeline,
                     const sf_row *row, const sheaf_bundle_options *reading,
                     unsigned nested);

/// The id of its member, borrowed until the next call; NULL without memory.
const char *sf_flight_id(sf_flight *flight);

/// Lands with a row that tells of `error`: there is no document.
void sf_flight_fail(sf_flight *flight, const sheaf_error *error);

/// Lands with the row of what is no file: data to report, never to follow.
void sf_flight_skip(sf_flight *flight, sheaf_member_type type);

/// Goes on with the members of `content`, if that is a bundle and such are
/// opened; false otherwise. It is borrowed until the flight has landed.
bool sf_flight_unfold(sf_flight *flight, sheaf_bytes content);

/// Sends `doc`, which is taken, and all that comes of it through the pipeline;
/// `passage.now` is set. It has `landed` then, or does so later, from the loop.
void sf_flight_start(sf_flight *flight, sheaf_doc *doc);

/// Releases what it owns; one that is under way is stopped.
void sf_flight_clear(sf_flight *flight);

#endif
