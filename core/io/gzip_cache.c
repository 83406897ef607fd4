/// Indexes of gzip streams that are kept from one run to the next, in the
/// user's cache folder: a file each, named after the state of the packed file.
///
/// Whoever makes one writes it under another name and renames it, so that many
/// processes can use the folder. What cannot be read is made anew.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/gzip.h"

#define MAGIC   UINT64_C(0x7865646e69667a67)
#define VERSION 2

/// Bytes of the packed file whose digest is part of its state, at both ends.
#define SAMPLE ((size_t)4 << 10)

/// Bytes of all kept indexes, from which on the oldest go.
#define CACHE_MAX ((uint64_t)1 << 30)

typedef struct {
  uint64_t magic, version;
  uint64_t point_size, flaw_size;  ///< Of the structures, in bytes.
  uint64_t size, points, flaws, windows;
  char digest[SF_SHA256_HEX + 7];  ///< Of all that follows but the windows.
} index_head;

// --- Names -----------------------------------------------------------------

// Everything that the index depends on.
static bool digest_state(char hex[SF_SHA256_HEX], const sf_file *packed,
                         const sf_stream_limits *limits) {
  int fd = sf_file_descriptor(packed);
  struct stat facts;
  char sample[SAMPLE];
  sf_sha256 sha;
  if (fd < 0 || fstat(fd, &facts) != 0) return false;
  uint64_t state[] = {(uint64_t)facts.st_dev,
                      (uint64_t)facts.st_ino,
                      (uint64_t)facts.st_size,
                      (uint64_t)facts.st_mtim.tv_sec,
                      (uint64_t)facts.st_mtim.tv_nsec,
                      limits->max_total,
                      limits->max_ratio,
                      VERSION};
  sf_sha256_init(&sha);
  sf_sha256_update(&sha, state, sizeof state);
  const off_t ends[] = {0, facts.st_size - (off_t)SAMPLE};
  for (size_t i = 0; i < SF_COUNT(ends); i++) {
    ssize_t got = pread(fd, sample, sizeof sample, ends[i]);
    if (got != (ssize_t)sizeof sample) return false;
    sf_sha256_update(&sha, sample, sizeof sample);
  }
  sf_sha256_hex(&sha, hex);
  return true;
}

char *sf_cache_folder(const char *cache) {
  const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  char *folder = cache           ? sf_sprintf("%s", cache)
                 : xdg && *xdg   ? sf_sprintf("%s/sheaf", xdg)
                 : home && *home ? sf_sprintf("%s/.cache/sheaf", home)
                                 : NULL;
  if (!folder) return NULL;
  for (char *slash = strchr(folder + 1, '/'); slash;
       slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(folder, 0700);
    *slash = '/';
  }
  mkdir(folder, 0700);
  return folder;
}

static char *path_of(const char *folder, const char *hex) {
  return sf_sprintf("%s/%.32s.gzip-index", folder, hex);
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

bool sf_gzip_cache_load(sf_gzip_index *index, const char *cache,
                        const sf_file *packed, const sf_stream_limits *limits) {
  char hex[SF_SHA256_HEX];
  char *folder = sf_cache_folder(cache);
  char *path =
      folder && digest_state(hex, packed, limits) ? path_of(folder, hex) : NULL;
  int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
  *index = (sf_gzip_index){.windows = -1};
  bool loaded = fd >= 0 && load(index, fd);
  if (loaded) {
    index->windows = fd;
    utimensat(AT_FDCWD, path, NULL, 0);  // Tells that it is used.
  } else {
    sf_gzip_index_clear(index);
    if (fd >= 0) close(fd);
  }
  free(folder);
  free(path);
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

static int write_index(const sf_gzip_index *index, int fd, const char *path) {
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

// Writes under a name of this process alone. Not synced: a file that a power
// cut has spoiled is not taken, and made again.
static bool write_file(const sf_gzip_index *index, const char *path) {
  char *part = sf_sprintf("%s.%ld.part", path, (long)getpid());
  int fd =
      part ? open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
  bool fine = fd >= 0 && write_index(index, fd, part) == SHEAF_OK;
  if (fd >= 0 && close(fd) != 0) fine = false;
  if (fine && rename(part, path) != 0) fine = false;
  if (!fine && fd >= 0) unlink(part);
  free(part);
  return fine;
}

// --- Making room -----------------------------------------------------------

typedef struct {
  char name[64];
  struct timespec used;
  uint64_t size;
} kept_file;

static int older_first(const void *a, const void *b) {
  const struct timespec *left = &((const kept_file *)a)->used;
  const struct timespec *right = &((const kept_file *)b)->used;
  if (left->tv_sec != right->tv_sec)
    return left->tv_sec < right->tv_sec ? -1 : 1;
  return (left->tv_nsec > right->tv_nsec) - (left->tv_nsec < right->tv_nsec);
}

static bool is_ours(const char *name) {
  return strstr(name, ".gzip-index") && strlen(name) < 64;
}

static void list_files(DIR *stream, sf_buffer *files, uint64_t *total) {
  for (struct dirent *entry; (entry = readdir(stream));) {
    kept_file file = {.size = 0};
    struct stat facts;
    if (!is_ours(entry->d_name) ||
        fstatat(dirfd(stream), entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) != 0)
      continue;
    memcpy(file.name, entry->d_name, strlen(entry->d_name));
    file.used = facts.st_mtim;
    file.size = (uint64_t)facts.st_size;
    *total += file.size;
    sf_buffer_append(files, (const char *)&file, sizeof file);
  }
}

static void make_room(const char *folder) {
  DIR *stream = opendir(folder);
  sf_buffer files = {0};
  uint64_t total = 0;
  if (!stream) return;
  list_files(stream, &files, &total);
  kept_file *each = (kept_file *)files.data;
  size_t count = files.size / sizeof *each;
  if (count) qsort(each, count, sizeof *each, older_first);
  for (size_t i = 0; i + 1 < count && total > CACHE_MAX; i++) {
    unlinkat(dirfd(stream), each[i].name, 0);
    total -= each[i].size;
  }
  sf_buffer_clear(&files);
  closedir(stream);
}

void sf_gzip_cache_save(const sf_gzip_index *index, const char *cache,
                        const sf_file *packed, const sf_stream_limits *limits) {
  char hex[SF_SHA256_HEX];
  char *folder = sf_cache_folder(cache);
  char *path =
      folder && digest_state(hex, packed, limits) ? path_of(folder, hex) : NULL;
  if (path && write_file(index, path)) make_room(folder);
  free(path);
  free(folder);
}
