/// The inquest: what a worker was doing when it died.
#ifndef SF_RUN_INQUEST_H
#define SF_RUN_INQUEST_H

#include "run/hand.h"

typedef struct {
  sf_row row;        ///< The document it was on, made out as killed.
  sf_buffer reason;  ///< Which `row` borrows,
  char hint[128];    ///< as it does this.
  bool final;        ///< It was the document's fault.
  bool innocent;     ///< It was killed, but had just come back in time.
} sf_inquest;

/// Finds out what the process of `hand` was doing when it ended with `status`
/// or by `signal`. The caller clears `reason`.
void sf_inquire(const sf_hand *hand, int status, int signal, sf_inquest *found);

#endif
