/// Files that are kept from one run to the next, in the user's cache folder,
/// each named after the state of what it was made from.
///
/// Whoever makes one writes it under another name and renames it, so that many
/// processes can use the folder. What cannot be read is made anew.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/io.h"

/// Bytes of a file whose digest is part of its state, at both ends.
#define SAMPLE ((size_t)4 << 10)

/// Bytes of all kept files, and their number, from which on the oldest go.
#define CACHE_MAX ((uint64_t)1 << 30)
#define FILES_MAX 4096

enum { DIGITS = 32 };  ///< That a name begins with.

// --- Names -----------------------------------------------------------------

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

// Everything that the kept file depends on.
static bool digest_state(char hex[SF_SHA256_HEX], int fd, sheaf_bytes facts) {
  struct stat status;
  char sample[SAMPLE];
  sf_sha256 sha;
  if (fd < 0 || fstat(fd, &status) != 0) return false;
  uint64_t state[] = {(uint64_t)status.st_dev, (uint64_t)status.st_ino,
                      (uint64_t)status.st_size, (uint64_t)status.st_mtim.tv_sec,
                      (uint64_t)status.st_mtim.tv_nsec};
  sf_sha256_init(&sha);
  sf_sha256_update(&sha, state, sizeof state);
  sf_sha256_update(&sha, facts.data, facts.size);
  const off_t ends[] = {0, status.st_size - (off_t)SAMPLE};
  for (size_t i = 0; i < SF_COUNT(ends); i++) {
    ssize_t got = pread(fd, sample, sizeof sample, ends[i]);
    if (got != (ssize_t)sizeof sample) return false;
    sf_sha256_update(&sha, sample, sizeof sample);
  }
  sf_sha256_hex(&sha, hex);
  return true;
}

char *sf_cache_path(const char *cache, int fd, sheaf_bytes facts,
                    const char *ending) {
  char hex[SF_SHA256_HEX];
  bool off = cache && !cache[0];
  char *folder = off ? NULL : sf_cache_folder(cache), *path = NULL;
  if (folder && digest_state(hex, fd, facts))
    path = sf_sprintf("%s/%.*s%s", folder, DIGITS, hex, ending);
  free(folder);
  return path;
}

int sf_cache_open(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd >= 0) utimensat(AT_FDCWD, path, NULL, 0);  // Tells that it is used.
  return fd;
}

int sf_cache_read(const char *path, uint64_t limit, sf_buffer *out) {
  int fd = sf_cache_open(path);
  if (fd >= 0) close(fd);
  return fd < 0 ? SHEAF_EOPEN : sf_file_slurp(path, limit, out, NULL);
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
  return strspn(name, "0123456789abcdef") == DIGITS && name[DIGITS] == '.' &&
         strlen(name) < 64;
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

// Removes the files that were used longest ago.
static void make_room(const char *folder) {
  DIR *stream = opendir(folder);
  sf_buffer files = {0};
  uint64_t total = 0;
  if (!stream) return;
  list_files(stream, &files, &total);
  kept_file *each = (kept_file *)files.data;
  size_t count = files.size / sizeof *each;
  if (count) qsort(each, count, sizeof *each, older_first);
  for (size_t i = 0; i + 1 < count; i++) {
    if (total <= CACHE_MAX && count - i <= FILES_MAX) break;
    unlinkat(dirfd(stream), each[i].name, 0);
    total -= each[i].size;
  }
  sf_buffer_clear(&files);
  closedir(stream);
}

// --- Keeping ---------------------------------------------------------------

// Writes under a name of this process alone. Not synced: a file that a power
// cut has spoiled is not taken, and made again.
static bool write_file(const char *path, sf_cache_writer write,
                       const void *context) {
  char *part = sf_sprintf("%s.%ld.part", path, (long)getpid());
  int fd =
      part ? open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
  bool fine = fd >= 0 && write(context, fd, part) == SHEAF_OK;
  if (fd >= 0 && close(fd) != 0) fine = false;
  if (fine && rename(part, path) != 0) fine = false;
  if (!fine && fd >= 0) unlink(part);
  free(part);
  return fine;
}

void sf_cache_keep(const char *path, sf_cache_writer write,
                   const void *context) {
  if (!write_file(path, write, context)) return;
  char *folder = sf_strndup(path, (size_t)(strrchr(path, '/') - path));
  if (folder) make_room(folder);
  free(folder);
}
