/// The pipes to a program, on a loop: lines go in, lines come out. Nothing
/// here blocks.
#ifndef SF_PIPES_H
#define SF_PIPES_H

#include "base/base.h"
#include "loop/loop.h"

/// A line may have so many bytes. What is longer is a program gone mad.
#define SF_PIPES_LINE_MAX ((size_t)256 << 20)

/// Start from SF_PIPES_CLOSED and fill in the descriptors, which do not block
/// and are taken.
typedef struct {
  int in, out, err;  ///< -1: closed.
  int end;           ///< Readable once the program has ended; -1: not known.
  bool broken;       ///< It cannot be written to any more.
  sf_buffer unsent;
  size_t sent;       ///< Bytes of `unsent` that were.
  sf_buffer output;  ///< Of the program.
  size_t taken;      ///< Bytes of `output` that were given as lines.
  size_t searched;   ///< Bytes of `output` without a line end in them.
  sf_buffer unsaid;  ///< The end of its standard error.
  sf_watch *on_in, *on_out, *on_err, *on_end;
  sf_loop *loop;
  void (*ready)(void *context);
  void *context;
} sf_pipes;

#define SF_PIPES_CLOSED ((sf_pipes){.in = -1, .out = -1, .err = -1, .end = -1})

/// Moves the pipes to `loop`, which calls `ready` whenever there may be a line,
/// or the end. That may close the pipes.
int sf_pipes_attach(sf_pipes *pipes, sf_loop *loop,
                    void (*ready)(void *context), void *context,
                    sheaf_error *error);

/// Closes the program's standard input, and all of them.
void sf_pipes_hang_up(sf_pipes *pipes);
void sf_pipes_close(sf_pipes *pipes);

/// Appends to what is to be sent, and sends what can be.
void sf_pipes_put(sf_pipes *pipes, sheaf_bytes bytes);
void sf_pipes_flush(sf_pipes *pipes);

/// Bytes that are still to be sent.
size_t sf_pipes_unsent(const sf_pipes *pipes);

/// Gives the next line without its end; borrowed until the next call. False
/// where there is none yet, or no more: see sf_pipes_over().
bool sf_pipes_line(sf_pipes *pipes, sheaf_bytes *line);

/// True when no further line will come.
bool sf_pipes_over(const sf_pipes *pipes);

/// Appends the last lines of the program's standard error.
void sf_pipes_last_words(sf_pipes *pipes, sf_buffer *out);

#endif
