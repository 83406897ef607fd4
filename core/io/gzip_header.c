/// The headers of gzip members.
#include <string.h>

#include "io/gzip.h"

enum {
  HEADER = 10,  ///< Bytes without the optional parts.
  HAS_CRC = 2,
  HAS_EXTRA = 4,
  HAS_NAME = 8,
  HAS_COMMENT = 16,
  RESERVED = 0xe0,
  TEXT_MAX = 64 << 10,  ///< Bytes of a name or a comment.
  PIECE = 64 << 10
};

static bool begins_header(const unsigned char *b) {
  return b[0] == 0x1f && b[1] == 0x8b && b[2] == 8 && !(b[3] & RESERVED);
}

bool sf_gzip_is(sheaf_bytes head) {
  return head.size >= 4 && begins_header((const unsigned char *)head.data);
}

static int no_header(sheaf_error *error) {
  return sf_fail(error, SHEAF_EDAMAGED, NULL, "no gzip header");
}

// Moves `*at` behind the text that ends with a NUL there.
static int skip_text(sf_file *packed, uint64_t *at, sheaf_error *error) {
  uint64_t left = sf_file_size(packed) - *at;
  size_t size = left < TEXT_MAX ? (size_t)left : TEXT_MAX;
  sheaf_bytes text;
  int code = sf_file_view(packed, *at, size, &text, error);
  if (code) return code;
  const char *end = text.size ? memchr(text.data, '\0', text.size) : NULL;
  if (!end) return no_header(error);
  *at += (uint64_t)(end - text.data) + 1;
  return SHEAF_OK;
}

static int skip_extra(sf_file *packed, uint64_t *at, sheaf_error *error) {
  sheaf_bytes size;
  int code = sf_file_view(packed, *at, 2, &size, error);
  if (code) return code;
  const unsigned char *b = (const unsigned char *)size.data;
  *at += 2 + (b[0] | (uint64_t)b[1] << 8);
  return *at <= sf_file_size(packed) ? SHEAF_OK : no_header(error);
}

// The lower half of a CRC-32 vouches for all bytes of the header before it.
static int check_crc(sf_file *packed, sf_gzip_head *head, uint64_t offset,
                     uint64_t *at, sheaf_error *error) {
  uint32_t crc = 0;
  sheaf_bytes piece;
  int code = SHEAF_OK;
  for (uint64_t from = offset; !code && from < *at; from += piece.size) {
    size_t size = *at - from < PIECE ? (size_t)(*at - from) : PIECE;
    code = sf_file_view(packed, from, size, &piece, error);
    if (!code) crc = sf_crc32(crc, piece.data, piece.size);
  }
  if (!code) code = sf_file_view(packed, *at, 2, &piece, error);
  if (code) return code;
  const unsigned char *b = (const unsigned char *)piece.data;
  head->expected = b[0] | (uint32_t)b[1] << 8;
  head->found = crc & 0xffff;
  *at += 2;
  return SHEAF_OK;
}

int sf_gzip_header(sf_file *packed, uint64_t offset, sf_gzip_head *header,
                   sheaf_error *error) {
  sheaf_bytes head;
  uint64_t at = offset + HEADER;
  *header = (sf_gzip_head){0};
  int code = sf_file_view(packed, offset, HEADER, &head, error);
  if (code) return code;
  if (!sf_gzip_is(head)) return no_header(error);
  unsigned flags = (unsigned char)head.data[3];
  if (flags & HAS_EXTRA) code = skip_extra(packed, &at, error);
  if (!code && flags & HAS_NAME) code = skip_text(packed, &at, error);
  if (!code && flags & HAS_COMMENT) code = skip_text(packed, &at, error);
  if (!code && flags & HAS_CRC)
    code = check_crc(packed, header, offset, &at, error);
  header->size = at - offset;
  return code;
}

// Finds a header in the piece; its size where there is none.
static size_t search(sheaf_bytes piece) {
  const char *at = piece.data, *end = piece.data + piece.size - 3;
  while (at < end && (at = memchr(at, 0x1f, (size_t)(end - at)))) {
    if (begins_header((const unsigned char *)at))
      return (size_t)(at - piece.data);
    at++;
  }
  return piece.size;
}

bool sf_gzip_find_header(sf_file *packed, uint64_t *offset) {
  uint64_t all = sf_file_size(packed);
  while (*offset + HEADER <= all) {
    uint64_t left = all - *offset;
    sheaf_bytes piece;
    size_t size = left < PIECE ? (size_t)left : PIECE;
    if (sf_file_view(packed, *offset, size, &piece, NULL)) return false;
    size_t found = search(piece);
    *offset += found < size ? found : size - 3;
    if (found < size) return true;
  }
  return false;
}
