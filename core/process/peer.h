/// A program at the other end of three pipes, which answers lines with lines.
///
/// Calls block until something has come or the deadline is over. Nothing that
/// the program does, or fails to do, can block for longer.
#ifndef SF_PEER_H
#define SF_PEER_H

#include "base/base.h"
#include "jail/jail.h"

typedef struct sf_peer sf_peer;

/// A line may have so many bytes. What is longer is a program gone mad.
#define SF_PEER_LINE_MAX ((size_t)256 << 20)

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
/// moment to leave by itself after its standard input is closed. NULL is
/// allowed.
void sf_peer_stop(sf_peer *peer);

/// Grants the program so much CPU time from now on; 0 ends the limit. Works
/// in whole seconds, rounded up.
void sf_peer_grant(sf_peer *peer, unsigned cpu_ms);

/// Sends `line`, which has its line end. `deadline` is a time of sf_now().
/// SHEAF_EDIED when the program has ended, SHEAF_ETIMEOUT.
int sf_peer_send(sf_peer *peer, sheaf_bytes line, uint64_t deadline,
                 sheaf_error *error);

/// Receives a line, without its end; borrowed until the next call. Errors as
/// above, and SHEAF_EDAMAGED for a line that is too long.
int sf_peer_receive(sf_peer *peer, sheaf_bytes *line, uint64_t deadline,
                    sheaf_error *error);

/// Appends the last lines of the program's standard error.
void sf_peer_last_words(sf_peer *peer, sf_buffer *out);

#endif
