/// Indexes of gzip streams that are kept from one run to the next.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/gzip.h"

#define MAGIC   UINT64_C(0x7865646e69667a67)
#define VERSION 2

typedef struct {
  uint64_t magic, version;
  uint64_t point_size, flaw_size;  ///< Of the structures, in bytes.
  uint64_t size, points, flaws, windows;
  char digest[SF_SHA256_HEX + 7];  ///< Of all that follows but the windows.
} index_head;

// --- Names -----------------------------------------------------------------

char *sf_gzip_cache_path(const char *cache, const sf_file *packed,
                         const sf_stream_limits *limits) {
  const uint64_t facts[] = {limits->max_total, limits->max_ratio, VERSION};
  return sf_cache_path(cache, sf_file_descriptor(packed),
                       (sheaf_bytes){(const char *)facts, sizeof facts},
                       ".gzip-index");
}

// --- Loading ---------------------------------------------------------------

static bool read_all(int fd, void *out, size_t size, uint64_t offset) {
  char *at = out;
  while (size > 0) {
    ssize_t got = pread(fd, at, size, (off_t)offset);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= (size_t)got;
    offset += (uint64_t)got;
  }
  return true;
}

static bool read_table(int fd, sf_buffer *table, uint64_t size,
                       uint64_t *offset) {
  if (size > SIZE_MAX / 2) return false;
  char *room = sf_buffer_reserve(table, (size_t)size);
  if (!room || !read_all(fd, room, (size_t)size, *offset)) return false;
  table->size = (size_t)size;
  *offset += size;
  return true;
}

static void digest_tables(const sf_gzip_index *index, char digest[],
                          uint64_t windows) {
  sf_sha256 sha;
  sf_sha256_init(&sha);
  sf_sha256_update(&sha, index->points.data, index->points.size);
  sf_sha256_update(&sha, index->flaws.data, index->flaws.size);
  sf_sha256_update(&sha, &index->size, sizeof index->size);
  sf_sha256_update(&sha, &windows, sizeof windows);
  sf_sha256_hex(&sha, digest);
}

static bool is_head(const index_head *head) {
  return head->magic == MAGIC && head->version == VERSION &&
         head->point_size == sizeof(sf_gzip_point) &&
         head->flaw_size == sizeof(sf_gzip_flaw) &&
         head->points % sizeof(sf_gzip_point) == 0 && head->points > 0 &&
         head->flaws % sizeof(sf_gzip_flaw) == 0;
}

// Windows stand first, so that their places are those in the file.
static bool load(sf_gzip_index *index, int fd) {
  struct stat facts;
  index_head head;
  char digest[SF_SHA256_HEX];
  if (fstat(fd, &facts) != 0 || (uint64_t)facts.st_size < sizeof head)
    return false;
  uint64_t size = (uint64_t)facts.st_size, at = size - sizeof head;
  if (!read_all(fd, &head, sizeof head, at) || !is_head(&head)) return false;
  if (head.points > size || head.flaws > size || head.windows > size ||
      head.points + head.flaws + head.windows + sizeof head != size)
    return false;
  at = head.windows;
  if (!read_table(fd, &index->points, head.points, &at) ||
      !read_table(fd, &index->flaws, head.flaws, &at))
    return false;
  index->size = head.size;
  index->windows_size = head.windows;
  digest_tables(index, digest, head.windows);
  return memcmp(digest, head.digest, sizeof digest) == 0;
}

bool sf_gzip_cache_load(sf_gzip_index *index, const char *path) {
  int fd = sf_cache_open(path);
  *index = (sf_gzip_index){.windows = -1};
  bool loaded = fd >= 0 && load(index, fd);
  if (loaded) {
    index->windows = fd;
  } else {
    sf_gzip_index_clear(index);
    if (fd >= 0) close(fd);
  }
  return loaded;
}

// --- Saving ----------------------------------------------------------------

static int copy_windows(const sf_gzip_index *index, int fd, const char *path) {
  char piece[64 << 10];
  for (uint64_t at = 0; at < index->windows_size;) {
    uint64_t left = index->windows_size - at;
    size_t size = left < sizeof piece ? (size_t)left : sizeof piece;
    if (!read_all(index->windows, piece, size, at)) return SHEAF_EREAD;
    int code = sf_write_all(fd, path, piece, size, NULL);
    if (code) return code;
    at += size;
  }
  return SHEAF_OK;
}

static int write_index(const void *context, int fd, const char *path) {
  const sf_gzip_index *index = context;
  index_head head = {.magic = MAGIC,
                     .version = VERSION,
                     .point_size = sizeof(sf_gzip_point),
                     .flaw_size = sizeof(sf_gzip_flaw),
                     .size = index->size,
                     .points = index->points.size,
                     .flaws = index->flaws.size,
                     .windows = index->windows_size};
  digest_tables(index, head.digest, head.windows);
  int code = index->windows >= 0 ? copy_windows(index, fd, path)
                                 : sf_write_all(fd, path, index->memory.data,
                                                index->memory.size, NULL);
  if (!code)
    code = sf_write_all(fd, path, index->points.data, index->points.size, NULL);
  if (!code)
    code = sf_write_all(fd, path, index->flaws.data, index->flaws.size, NULL);
  if (!code)
    code = sf_write_all(fd, path, (const char *)&head, sizeof head, NULL);
  return code;
}

void sf_gzip_cache_save(const sf_gzip_index *index, const char *path) {
  sf_cache_keep(path, write_index, index);
}
