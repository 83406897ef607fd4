/// Bytes for later: more of them than memory should hold.
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "io/io.h"

#define TAIL_MOST ((size_t)1 << 20)
#define PIECE     ((size_t)64 << 10)

void sf_spill_init(sf_spill *spill) {
  *spill = (sf_spill){.file = -1};
}

void sf_spill_clear(sf_spill *spill) {
  if (spill->file >= 0) close(spill->file);
  sf_buffer_clear(&spill->tail);
  sf_spill_init(spill);
}

uint64_t sf_spill_size(const sf_spill *spill) {
  return spill->filed + spill->tail.size;
}

int sf_spill_settle(sf_spill *spill, sheaf_error *error) {
  sf_buffer *tail = &spill->tail;
  if (tail->failed) return sf_no_memory(error);
  if (tail->size < TAIL_MOST) return SHEAF_OK;
  if (spill->file < 0) spill->file = sf_file_temporary(error);
  if (spill->file < 0) return SHEAF_EWRITE;
  int code = sf_write_all(spill->file, "a temporary file", tail->data,
                          tail->size, error);
  if (code == SHEAF_EWRITE && error)
    sf_hint(error, "TMPDIR says where temporary files go");
  if (code) return code;
  spill->filed += tail->size;
  sf_buffer_clear(tail);
  return SHEAF_OK;
}

static int read_piece(const sf_spill *spill, uint64_t at, char *piece,
                      size_t *size, sheaf_error *error) {
  uint64_t left = spill->filed - at;
  ssize_t got;
  do
    got = pread(spill->file, piece, left < PIECE ? (size_t)left : PIECE,
                (off_t)at);
  while (got < 0 && errno == EINTR);
  if (got <= 0)
    return sf_fail(error, SHEAF_EREAD, "a temporary file",
                   "cannot be read back: %s",
                   got ? strerror(errno) : "it is shorter than it was");
  *size = (size_t)got;
  return SHEAF_OK;
}

int sf_spill_send(const sf_spill *spill,
                  int (*sink)(void *context, sheaf_bytes piece,
                              sheaf_error *error),
                  void *context, sheaf_error *error) {
  char piece[PIECE];
  int code = SHEAF_OK;
  for (uint64_t at = 0; !code && at < spill->filed;) {
    size_t size = 0;
    code = read_piece(spill, at, piece, &size, error);
    if (!code) code = sink(context, (sheaf_bytes){piece, size}, error);
    at += size;
  }
  if (code || !spill->tail.size) return code;
  return sink(context, sf_buffer_bytes(&spill->tail), error);
}
