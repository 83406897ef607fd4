/// The protocol between supervisor and worker: packed values in frames.
///
/// A frame is a u32 length, a u8 type and so many bytes of payload; numbers
/// are little-endian. A worker answers its tasks in the order in which it got
/// them, so that frames need no numbers.
#ifndef SF_RUN_WIRE_H
#define SF_RUN_WIRE_H

#include "base/base.h"

typedef enum {
  // Supervisor to worker.
  SF_FRAME_JOB = 1,  ///< The wall and the order; see wall.h and job.h.
  SF_FRAME_PLAN,     ///< u64 bundle.
  SF_FRAME_BLOCK,    ///< u64 bundle, u64 first, u64 last, u8 careful,
                     ///< and a place: u64 ordinal, u64 offset.
  SF_FRAME_FINISH,   ///< Bytes spool file, bytes folder; see finish.h.
  // Worker to supervisor.
  SF_FRAME_READY,     ///< The plugins are open.
  SF_FRAME_FAILED,    ///< An error: they cannot be.
  SF_FRAME_BLOCKS,    ///< (u64 first, u64 last, u64 documents, u64 offset)*
  SF_FRAME_PLANNED,   ///< An error or none, bytes digest: a PLAN's end.
  SF_FRAME_ROWS,      ///< A unit: the rows of one member; see row.h.
  SF_FRAME_COSTS,     ///< Since the last such frame; see sf_executor_costs().
  SF_FRAME_DONE,      ///< A BLOCK's end.
  SF_FRAME_FINISHED,  ///< An error or none: a FINISH's end.
  SF_FRAME_LAST = SF_FRAME_FINISHED
} sf_frame_type;

/// The largest payload. What is larger is a sign of a worker gone mad.
#define SF_FRAME_LIMIT ((size_t)1 << 30)

// --- Packing ---------------------------------------------------------------

void sf_put_u8(sf_buffer *out, uint8_t number);
void sf_put_u32(sf_buffer *out, uint32_t number);
void sf_put_u64(sf_buffer *out, uint64_t number);

/// Appends a u32 length and the bytes.
void sf_put_bytes(sf_buffer *out, sheaf_bytes bytes);

/// Begins such bytes at the end of `out` and returns where they begin; all
/// that is appended until sf_bytes_end() belongs to them.
size_t sf_bytes_begin(sf_buffer *out);
void sf_bytes_end(sf_buffer *out, size_t at);

void sf_put_error(sf_buffer *out, const sheaf_error *error);

/// What is left of packed bytes. A read past the end sets `failed` and gives
/// zeros from then on, so that it is enough to look once, at the end.
typedef struct {
  sheaf_bytes rest;
  bool failed;
} sf_unpack;

uint8_t sf_get_u8(sf_unpack *from);
uint32_t sf_get_u32(sf_unpack *from);
uint64_t sf_get_u64(sf_unpack *from);
sheaf_bytes sf_get_bytes(sf_unpack *from);
void sf_get_error(sf_unpack *from, sheaf_error *error);

/// True when everything was read and nothing was missing.
bool sf_unpack_whole(const sf_unpack *from);

// --- Frames ----------------------------------------------------------------

/// Begins a frame at the end of `out` and returns where it begins.
size_t sf_frame_begin(sf_buffer *out, sf_frame_type type);

/// Ends the frame that begins at `at`: everything behind is its payload.
void sf_frame_end(sf_buffer *out, size_t at);

typedef struct {
  sf_frame_type type;
  sheaf_bytes payload;  ///< Borrowed from the stream.
} sf_frame;

/// Takes the next frame off the front of `*stream`. SHEAF_END when it has not
/// come in whole; SHEAF_EDAMAGED when it is none.
int sf_frame_next(sheaf_bytes *stream, sf_frame *frame);

#endif
