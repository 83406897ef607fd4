/// Tar: the fields of a header block.
#include "bundle/tar.h"

/// Fields: where they begin and how long they are.
enum {
  NAME = 0,
  NAME_SIZE = 100,
  MODE = 100,
  NUMBER_SIZE = 8,  // Of all numbers but two:
  SIZE = 124,
  MODIFIED = 136,
  LONG_SIZE = 12,
  SUM = 148,
  TYPE = 156,
  LINK = 157,
  LINK_SIZE = 100,
  MAGIC = 257,
  PREFIX = 345,
  PREFIX_SIZE = 155,
  STAR_PREFIX_SIZE = 131,
  STAR_MAGIC = 508,
};

// --- Numbers ---------------------------------------------------------------

// GNU's numbers that do not fit into octal digits: big-endian, two's
// complement, the first bit set.
static bool read_binary(const unsigned char *field, size_t size,
                        int64_t *number) {
  bool negative = field[0] & 0x40;
  // The first byte has one bit less; it is filled up with the sign.
  uint64_t value = negative ? ~(uint64_t)0x3f | (field[0] & 0x3f)
                            : (uint64_t)(field[0] & 0x3f);
  for (size_t i = 1; i < size; i++) {
    uint64_t top = value >> 55;
    if (top != 0 && top != 0x1ff) return false;
    value = value << 8 | field[i];
  }
  if ((value >> 63 != 0) != negative) return false;
  *number = (int64_t)value;
  return true;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\0';
}

// A field without digits is 0: many writers leave out what they do not know.
// Its first byte may be a zero that belongs to the field before.
static bool read_octal(const char *field, size_t size, int64_t *number) {
  size_t i = field[0] == '\0';
  int64_t value = 0;
  while (i < size && field[i] == ' ') i++;
  for (; i < size && field[i] >= '0' && field[i] <= '7'; i++)
    value = value * 8 + (field[i] - '0');
  if (i < size && !is_blank(field[i])) return false;
  *number = value;
  return true;
}

bool sf_tar_number(const char *field, size_t size, int64_t *number) {
  const unsigned char *bytes = (const unsigned char *)field;
  return bytes[0] & 0x80 ? read_binary(bytes, size, number)
                         : read_octal(field, size, number);
}

// --- The checksum ----------------------------------------------------------

bool sf_tar_is_zero(const char *block) {
  return block[0] == '\0' && memcmp(block, block + 1, SF_TAR_BLOCK - 1) == 0;
}

// The sum is taken as if its own field had spaces in it.
bool sf_tar_check_sum(const char *block, uint64_t *expected, uint64_t *found) {
  uint64_t plain = NUMBER_SIZE * ' ';
  uint64_t high = 0;  // Bytes that are 256 less when they are signed.
  for (int i = 0; i < SF_TAR_BLOCK; i++) {
    if (i >= SUM && i < SUM + NUMBER_SIZE) continue;
    unsigned char byte = (unsigned char)block[i];
    plain += byte;
    high += byte >> 7;
  }
  int64_t number;
  bool is_number = sf_tar_number(block + SUM, NUMBER_SIZE, &number);
  *expected = plain;
  *found = is_number ? (uint64_t)number : 0;
  return is_number && !sf_tar_is_zero(block) &&
         (*found == plain || *found == plain - 256 * high);
}

// --- Headers ---------------------------------------------------------------

bool sf_tar_has_magic(const char *block) {
  return memcmp(block + MAGIC, "ustar", 5) == 0;
}

static sf_tar_dialect dialect_of(const char *block) {
  if (!sf_tar_has_magic(block)) return SF_TAR_V7;
  if (block[MAGIC + 5] != '\0') return SF_TAR_GNU;
  bool star = memcmp(block + STAR_MAGIC, "tar\0", 4) == 0;
  return star ? SF_TAR_STAR : SF_TAR_USTAR;
}

bool sf_tar_is_header(const char *block) {
  uint64_t expected, found;
  int64_t number;
  // Most blocks of data are refused by their first bytes here.
  if (block[SUM + 3] < '0' || block[SUM + 3] > '7') return false;
  return sf_tar_check_sum(block, &expected, &found) &&
         sf_tar_number(block + SIZE, LONG_SIZE, &number) && number >= 0 &&
         sf_tar_number(block + MODE, NUMBER_SIZE, &number) &&
         (sf_tar_has_magic(block) || block[NAME] != '\0');
}

int sf_tar_read_header(const char *block, sf_tar_header *header,
                       sheaf_error *error) {
  int64_t size = 0, modified = 0;
  bool is_number = sf_tar_number(block + SIZE, LONG_SIZE, &size);
  header->dialect = dialect_of(block);
  header->type = block[TYPE];
  header->size = size > 0 ? (uint64_t)size : 0;
  // A time that makes no sense is none; it costs nothing else.
  bool has_time = sf_tar_number(block + MODIFIED, LONG_SIZE, &modified);
  header->modified = has_time ? modified : 0;
  if (is_number && size >= 0) return SHEAF_OK;
  return sf_fail(error, SHEAF_EDAMAGED, NULL,
                 is_number ? "its size is below 0"
                           : "its size is no number of octal digits");
}

void sf_tar_put_name(sf_buffer *out, const char *block,
                     sf_tar_dialect dialect) {
  size_t most = dialect == SF_TAR_USTAR  ? PREFIX_SIZE
                : dialect == SF_TAR_STAR ? STAR_PREFIX_SIZE
                                         : 0;
  size_t prefix = strnlen(block + PREFIX, most);
  sf_buffer_append(out, block + PREFIX, prefix);
  if (prefix > 0) sf_buffer_putc(out, '/');
  sf_buffer_append(out, block + NAME, strnlen(block + NAME, NAME_SIZE));
}

sheaf_bytes sf_tar_link(const char *block) {
  return (sheaf_bytes){block + LINK, strnlen(block + LINK, LINK_SIZE)};
}
