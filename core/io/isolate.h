/// What the two sides of an isolated archive say to each other: the one that
/// wants its entries, and the process in which libarchive reads them. Both are
/// this program; a message is one packet of a socket, a head and bytes.
#ifndef SF_IO_ISOLATE_H
#define SF_IO_ISOLATE_H

#include "io/io.h"

/// The most bytes behind the head of a message.
#define SF_ISOLATE_PIECE ((size_t)64 << 10)

/// What is asked of the process.
typedef struct {
  enum {
    SF_ISOLATE_OPEN,
    SF_ISOLATE_NEXT,
    SF_ISOLATE_READ,
    SF_ISOLATE_BYTES
  } what;
  sf_archive_kind kind;  ///< To open: what it is,
  int64_t time;          ///< the processor time that it may stall, in ns,
  uint64_t size;         ///< and the bytes of the file, whose name follows.
  int code;  ///< Of the bytes that it wanted, which follow: not 0 when they
             ///< cannot be read.
} sf_isolate_request;

/// What the process says.
typedef struct {
  enum {
    SF_ISOLATE_WANT,
    SF_ISOLATE_DONE,
    SF_ISOLATE_STALLED,
    SF_ISOLATE_SWOLLEN  ///< It took too much memory.
  } what;
  uint64_t from;           ///< Wanted: bytes of the file from here on,
  size_t size;             ///< so many.
  int code;                ///< Done: how it went,
  sf_archive_entry entry;  ///< an entry, whose name follows,
  uint64_t offset;         ///< where it is,
  sheaf_error error;
} sf_isolate_reply;

/// Whoever has got on by so many bytes, of the file or unpacked, has all of its
/// time again. By default that makes 4 s for each MiB; PPMd, the slowest, takes
/// 0.6 s of them.
#define SF_ISOLATE_REGAIN (128 << 10)

/// Until when it may take to get on once more: `now` it has got on by so many
/// bytes, and has `time` at most.
int64_t sf_isolate_deadline(int64_t deadline, int64_t now, int64_t time,
                            uint64_t bytes);

/// Answers requests on `socket` until nobody asks any more. The process is for
/// nothing else: it gives up all that it has open, and most of its rights.
_Noreturn void sf_isolate_serve(int socket);

/// Sends a message; false when nobody takes it. Receives one, whose bytes go to
/// `piece`; false when none comes, or none that makes sense.
bool sf_isolate_send(int socket, const void *head, size_t head_size,
                     sheaf_bytes bytes);
bool sf_isolate_receive(int socket, void *head, size_t head_size, char *piece,
                        size_t *size);

#endif
