/// What the broker and those who ask it agree upon.
#ifndef SF_LOOP_BROKER_H
#define SF_LOOP_BROKER_H

#include "loop/loop.h"

/// The most bytes and words of a request; the first word is the path.
#define SF_BROKER_PACKET ((size_t)64 << 10)
#define SF_BROKER_WORDS  1025

/// Standard input, output and errors, and the pipe for the report: two
/// int32_t, the exit status and the signal, of which one is 0.
#define SF_BROKER_FDS 4

#endif
