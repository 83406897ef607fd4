/// The first pass over a gzip stream: what can be unpacked, what its checksums
/// vouch for, and from where it can be unpacked again.
///
/// Every byte of the packed file is looked at a bounded number of times, so
/// that empty members and empty blocks cannot make the pass last.
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "io/gzip.h"

enum {
  PIECE = 64 << 10,
  TRAILER = 8,
  SMALL_MEMBER = 128 << 10,  ///< Packed: it is worth to try it as a whole.
  WHOLE_IN = 256 << 10,
  WHOLE_OUT = 1 << 20,
  GUESSES_MAX = 4096,  ///< Places that may be taken for members, in all.
  PROOF = 32 << 10     ///< Bytes that have to unpack where a member is guessed.
};

/// Unpacked bytes up to which any ratio is right.
#define RATIO_FROM ((uint64_t)1 << 20)

/// Packed bytes after which there must be some output, and how much: empty
/// blocks and empty members could go on for ever.
#define STALL_FROM ((uint64_t)4 << 20)
#define STALL_PART 100

/// Packed bytes that may be read again, beyond those of the file.
#define AGAIN_LEAST ((uint64_t)16 << 20)

typedef struct {
  sf_file *packed;
  sf_gzip_index *index;
  const sf_stream_limits *limits;
  sf_inflater *whole;
  z_stream stream;
  uint64_t in, out;
  uint64_t member_in, member_out;  ///< Where the current member begins.
  uint64_t last_point;             ///< Its `out`.
  uint64_t again;                  ///< Packed bytes that were read again.
  unsigned guesses;
  bool need_point;  ///< The next member must have one.
  bool small;       ///< The last member was.
  bool doubtful;    ///< The last member was in doubt.
  bool ended;       ///< A limit was reached.
  char *buffer;     ///< WHOLE_OUT bytes.
} scan;

// --- Flaws -----------------------------------------------------------------

static int add_flaw(scan *s, const sf_gzip_flaw *flaw, sheaf_error *error) {
  sf_buffer_append(&s->index->flaws, (const char *)flaw, sizeof *flaw);
  return s->index->flaws.failed ? sf_no_memory(error) : SHEAF_OK;
}

// Nothing vouches for what the member has given so far.
static int doubt(scan *s, sf_gzip_flaw flaw, sheaf_error *error) {
  flaw.from = s->member_out;
  flaw.to = s->out;
  flaw.member = s->member_in;
  s->doubtful = true;
  return flaw.to > flaw.from ? add_flaw(s, &flaw, error) : SHEAF_OK;
}

// The bytes that should come now are lost.
static int lose(scan *s, sf_gzip_flaw flaw, sheaf_error *error) {
  flaw.from = s->out;
  flaw.to = ++s->out;
  flaw.member = s->member_in;
  flaw.lost = 1;
  s->need_point = true;
  return add_flaw(s, &flaw, error);
}

static int doubt_and_lose(scan *s, const sf_gzip_flaw *flaw,
                          sheaf_error *error) {
  int code = doubt(s, *flaw, error);
  return code ? code : lose(s, *flaw, error);
}

// --- Points ----------------------------------------------------------------

static int add_member_point(scan *s, sheaf_error *error) {
  if (!s->need_point && s->out - s->last_point < SF_GZIP_SPACING)
    return SHEAF_OK;
  s->need_point = false;
  s->last_point = s->out;
  const sf_gzip_point point = {.out = s->out, .in = s->in, .member = 1};
  return sf_gzip_add_point(s->index, point, (sheaf_bytes){NULL, 0}, error);
}

// Between two blocks of deflate data the stream can be entered again.
static int add_block_point(scan *s, sheaf_error *error) {
  bool between = s->stream.data_type & 128 && !(s->stream.data_type & 64);
  if (!between || s->out - s->last_point < SF_GZIP_SPACING) return SHEAF_OK;
  char window[SF_GZIP_WINDOW];
  uInt size = sizeof window;
  if (inflateGetDictionary(&s->stream, (Bytef *)window, &size) != Z_OK)
    return SHEAF_OK;
  s->last_point = s->out;
  const sf_gzip_point point = {
      .out = s->out, .in = s->in, .bits = (uint32_t)s->stream.data_type & 7};
  return sf_gzip_add_point(s->index, point, (sheaf_bytes){window, size}, error);
}

// --- Limits ----------------------------------------------------------------

static int check_limits(scan *s, sheaf_error *error) {
  sf_gzip_flaw flaw = {.at = s->in, .found = s->out};
  uint64_t packed = s->in ? s->in : 1;
  if (s->limits->max_ratio && s->out > RATIO_FROM &&
      s->out / packed >= s->limits->max_ratio) {
    flaw.fault = SF_GZIP_RATIO;
    flaw.expected = s->limits->max_ratio;
  } else if (s->in > STALL_FROM && s->out < s->in / STALL_PART) {
    flaw.fault = SF_GZIP_STALL;
    flaw.expected = s->in;
  } else if (s->limits->max_total && s->out > s->limits->max_total) {
    flaw.fault = SF_GZIP_TOTAL;
    flaw.expected = s->limits->max_total;
  } else {
    return SHEAF_OK;
  }
  s->ended = true;
  return doubt_and_lose(s, &flaw, error);
}

// --- One member ------------------------------------------------------------

static uint32_t le32(const char *p) {
  const unsigned char *b = (const unsigned char *)p;
  return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
         (uint32_t)b[3] << 24;
}

static int truncated(scan *s, sheaf_error *error) {
  const sf_gzip_flaw flaw = {.at = sf_file_size(s->packed),
                             .fault = SF_GZIP_TRUNCATED};
  s->in = sf_file_size(s->packed);
  return doubt_and_lose(s, &flaw, error);
}

static int check_trailer(scan *s, uint32_t crc, sheaf_error *error) {
  sheaf_bytes trailer;
  if (sf_file_size(s->packed) - s->in < TRAILER) return truncated(s, error);
  int code = sf_file_view(s->packed, s->in, TRAILER, &trailer, error);
  if (code) return code;
  uint32_t size = (uint32_t)(s->out - s->member_out);
  sf_gzip_flaw flaw = {.at = s->in};
  s->in += TRAILER;
  if (le32(trailer.data) != crc) {
    flaw.fault = SF_GZIP_CHECKSUM;
    flaw.expected = le32(trailer.data);
    flaw.found = crc;
  } else if (le32(trailer.data + 4) != size) {
    flaw.fault = SF_GZIP_SIZE;
    flaw.expected = le32(trailer.data + 4);
    flaw.found = size;
  } else {
    return SHEAF_OK;
  }
  return doubt(s, flaw, error);
}

// Takes what one call of inflate() gave.
static int take_output(scan *s, uint32_t *crc, sheaf_error *error) {
  size_t made = WHOLE_OUT - s->stream.avail_out;
  *crc = sf_crc32(*crc, s->buffer, made);
  s->out += made;
  int code = check_limits(s, error);
  if (!code && !s->ended) code = add_block_point(s, error);
  return code;
}

// Makes the next piece of the file the stream's input.
static int feed(scan *s, sheaf_error *error) {
  uint64_t left = sf_file_size(s->packed) - s->in;
  size_t size = left < PIECE ? (size_t)left : PIECE;
  sheaf_bytes piece;
  int code = sf_file_view(s->packed, s->in, size, &piece, error);
  if (code) return code;
  s->stream.next_in = (Bytef *)piece.data;
  s->stream.avail_in = (uInt)piece.size;
  return SHEAF_OK;
}

static int scan_data(scan *s, sheaf_error *error) {
  uint32_t crc = 0;
  int code = SHEAF_OK, status = Z_OK;
  s->stream.avail_in = 0;
  while (!code && !s->ended && status != Z_STREAM_END) {
    if (!s->stream.avail_in) code = feed(s, error);
    if (code) return code;
    if (!s->stream.avail_in) return truncated(s, error);
    uInt given = s->stream.avail_in;
    s->stream.next_out = (Bytef *)s->buffer;
    s->stream.avail_out = WHOLE_OUT;
    status = inflate(&s->stream, Z_BLOCK);
    s->in += given - s->stream.avail_in;
    if (status == Z_MEM_ERROR) return sf_no_memory(error);
    code = take_output(s, &crc, error);
    if (status < 0 && status != Z_BUF_ERROR) {
      const sf_gzip_flaw flaw = {.at = s->in, .fault = SF_GZIP_DAMAGED};
      return code ? code : doubt_and_lose(s, &flaw, error);
    }
  }
  return code || s->ended ? code : check_trailer(s, crc, error);
}

// Small members are unpacked whole where that goes well, which takes half the
// time. False where it does not; then nothing has happened.
static bool scan_whole(scan *s) {
  uint64_t left = sf_file_size(s->packed) - s->in;
  size_t size = left < WHOLE_IN ? (size_t)left : WHOLE_IN, used, made;
  sheaf_bytes piece;
  if (!s->small || sf_file_view(s->packed, s->in, size, &piece, NULL) ||
      sf_inflate_gzip(s->whole, piece, s->buffer, WHOLE_OUT, &used, &made))
    return false;
  s->in += used;
  s->out += made;
  return true;
}

static int scan_stream(scan *s, uint64_t header, sheaf_error *error) {
  s->in += header;
  if (inflateReset(&s->stream) != Z_OK) return sf_no_memory(error);
  int code = scan_data(s, error);
  s->small = s->in - s->member_in < SMALL_MEMBER;
  return code;
}

// The data are whole, but a damaged header may have said more of them.
static int check_header(scan *s, const sf_gzip_head *header,
                        sheaf_error *error) {
  if (header->found == header->expected) return SHEAF_OK;
  const sf_gzip_flaw flaw = {.at = s->member_in,
                             .fault = SF_GZIP_HEADER,
                             .expected = header->expected,
                             .found = header->found};
  int code = doubt(s, flaw, error);
  s->doubtful = false;
  return code;
}

static int scan_member(scan *s, const sf_gzip_head *header,
                       sheaf_error *error) {
  s->member_in = s->in;
  s->member_out = s->out;
  s->doubtful = false;
  int code = add_member_point(s, error);
  if (code) return code;
  code = scan_whole(s) ? check_limits(s, error)
                       : scan_stream(s, header->size, error);
  bool told = code || s->ended || s->doubtful || s->need_point;
  return told ? code : check_header(s, header, error);
}

// --- Between members -------------------------------------------------------

// True when what begins at `offset` unpacks for a while.
static bool is_member(scan *s, uint64_t offset) {
  sf_gzip_head header;
  uint64_t left;
  sheaf_bytes piece;
  if (sf_gzip_header(s->packed, offset, &header, NULL)) return false;
  offset += header.size;
  left = sf_file_size(s->packed) - offset;
  size_t size = left < PROOF ? (size_t)left : PROOF;
  if (!size || sf_file_view(s->packed, offset, size, &piece, NULL) ||
      inflateReset(&s->stream) != Z_OK)
    return false;
  s->stream.next_in = (Bytef *)piece.data;
  s->stream.avail_in = (uInt)piece.size;
  s->stream.next_out = (Bytef *)s->buffer;
  s->stream.avail_out = PROOF;
  int status = inflate(&s->stream, Z_NO_FLUSH);
  return status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR;
}

// Moves on to the next member, or to the end of the file. Damage may have
// hidden where a member ends, so that `from` may lie before what was read; but
// a file that was made to be read again and again is not.
static void resynchronize(scan *s, uint64_t from) {
  uint64_t all = sf_file_size(s->packed), read = s->in;
  if (from < read && s->again > all + AGAIN_LEAST) from = read;
  while (s->guesses < GUESSES_MAX && sf_gzip_find_header(s->packed, &from)) {
    s->guesses++;
    if (is_member(s, from)) {
      s->in = from;
      s->again += from < read ? read - from : 0;
      return;
    }
    from++;
  }
  s->in = all;
}

static bool only_zeros_left(scan *s) {
  uint64_t all = sf_file_size(s->packed);
  for (uint64_t at = s->in; at < all;) {
    sheaf_bytes piece;
    size_t size = all - at < PIECE ? (size_t)(all - at) : PIECE;
    if (sf_file_view(s->packed, at, size, &piece, NULL)) return false;
    for (size_t i = 0; i < size; i++)
      if (piece.data[i]) return false;
    at += size;
  }
  return true;
}

static int skip_junk(scan *s, sheaf_error *error) {
  uint64_t from = s->in;
  s->member_in = from;
  s->member_out = s->out;
  resynchronize(s, from + 1);
  const sf_gzip_flaw flaw = {
      .at = from, .fault = SF_GZIP_JUNK, .found = s->in - from};
  return lose(s, flaw, error);
}

// The damage may have made the member's end be found too late.
static int look_back(scan *s, sheaf_error *error) {
  const sf_gzip_flaw flaw = {.at = s->in, .fault = SF_GZIP_DAMAGED};
  s->doubtful = false;
  resynchronize(s, s->member_in + 1);
  return lose(s, flaw, error);
}

static int scan_next(scan *s, sheaf_error *error) {
  sf_gzip_head header;
  if (sf_gzip_header(s->packed, s->in, &header, NULL))
    return s->doubtful ? look_back(s, error) : skip_junk(s, error);
  int code = scan_member(s, &header, error);
  // The damaged member's own end is not known: the next one may begin anywhere.
  bool more = !s->ended && s->in < sf_file_size(s->packed);
  if (!code && s->need_point && more) resynchronize(s, s->member_in + 1);
  return code;
}

static int scan_all(scan *s, sheaf_error *error) {
  int code = SHEAF_OK;
  while (!code && !s->ended && s->in < sf_file_size(s->packed)) {
    if (s->in && only_zeros_left(s)) break;
    code = scan_next(s, error);
  }
  s->index->size = s->out;
  return code;
}

int sf_gzip_scan(sf_gzip_index *index, sf_file *packed,
                 const sf_stream_limits *limits, sheaf_error *error) {
  scan s = {.packed = packed,
            .index = index,
            .limits = limits,
            .need_point = true,
            .buffer = malloc(WHOLE_OUT)};
  int code = s.buffer ? sf_inflater_new(&s.whole, error) : sf_no_memory(error);
  bool ready = !code && inflateInit2(&s.stream, -MAX_WBITS) == Z_OK;
  if (!code) code = ready ? scan_all(&s, error) : sf_no_memory(error);
  if (ready) inflateEnd(&s.stream);
  sf_inflater_free(s.whole);
  free(s.buffer);
  return code;
}
