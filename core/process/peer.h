/// A program that answers lines with lines: how it is started, held to its
/// limits, and ended.
#ifndef SF_PEER_H
#define SF_PEER_H

#include "base/base.h"
#include "jail/jail.h"
#include "process/pipes.h"

typedef struct sf_peer sf_peer;

/// Everything is borrowed for the length of sf_peer_start().
typedef struct {
  const char *name;                ///< For messages; outlives the peer.
  const char *const *arguments;    ///< Ended by NULL; the first is the program.
  const char *const *environment;  ///< "NAME=value", ended by NULL: all of it.
  const char *folder;              ///< Where it runs.
  size_t memory_limit;             ///< Bytes of data; 0: none.
  const sf_jail *jail;             ///< The wall around it.
} sf_peer_options;

/// Starts the program in a process group of its own; it is killed when this
/// process ends. SHEAF_ELOAD when it cannot be started.
int sf_peer_start(sf_peer **out, const sf_peer_options *options,
                  sheaf_error *error);

/// Ends the program, if it has not, and everything in its group: it is given a
/// moment to leave by itself after its standard input is closed. Returns the
/// most memory that it had, in bytes. NULL is allowed.
uint64_t sf_peer_stop(sf_peer *peer, unsigned grace_ms);

/// Kills the program and everything in its group. Returns how it ended, as
/// sf_peer_line() tells it.
int sf_peer_kill(sf_peer *peer, sheaf_error *error);

/// Its pipes, which belong to no loop until they are attached to one.
sf_pipes *sf_peer_pipes(sf_peer *peer);

/// Gives the next line that it has said, borrowed until the next call;
/// SHEAF_END when none is there yet. SHEAF_EDIED and SHEAF_ETIMEOUT, for its
/// CPU time, tell how it ended; SHEAF_EDAMAGED is a line that is too long.
int sf_peer_line(sf_peer *peer, sheaf_bytes *line, sheaf_error *error);

/// Grants the program so much CPU time from now on; 0 ends the limit. Works
/// in whole seconds, rounded up, and not more often than is worth it.
void sf_peer_grant(sf_peer *peer, unsigned cpu_ms);

#endif
