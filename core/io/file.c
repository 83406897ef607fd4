/// Files that are read at offsets, through windows that move along: one for
/// an archive's directory and one for its members.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/io.h"

#define WINDOWS    2
#define SMALL_READ ((size_t)32 << 10)
#define LARGE_READ ((size_t)512 << 10)

// A piece of the file that was read.
typedef struct {
  sf_buffer data;
  uint64_t start;
  uint64_t used;  // Counts the calls: the smallest was used least lately.
} file_window;

struct sf_file {
  char *path;
  int fd;  // -1 for a file in memory.
  uint64_t size;
  sheaf_bytes memory;
  file_window windows[WINDOWS];
  uint64_t calls;
};

// --- Opening ---------------------------------------------------------------

static int make_file(sf_file **out, const char *path, sheaf_error *error) {
  *out = NULL;
  sf_file *file = calloc(1, sizeof *file);
  char *copy = sf_strndup(path, strlen(path));
  if (!file || !copy) {
    free(file);
    free(copy);
    return sf_no_memory(error);
  }
  file->path = copy;
  file->fd = -1;
  *out = file;
  return SHEAF_OK;
}

static int open_regular(sf_file *file, sheaf_error *error) {
  struct stat status;
  // O_NONBLOCK: a named pipe must not hold us up before fstat() has seen it.
  file->fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file->fd < 0)
    return sf_fail_errno(error, SHEAF_EOPEN, file->path, "cannot be opened");
  if (fstat(file->fd, &status) != 0)
    return sf_fail_errno(error, SHEAF_EREAD, file->path, "cannot be read");
  if (!S_ISREG(status.st_mode))
    return sf_fail(error, SHEAF_EOPEN, file->path, "not a regular file");
  file->size = (uint64_t)status.st_size;
  return SHEAF_OK;
}

int sf_file_open(sf_file **out, const char *path, sheaf_error *error) {
  int code = make_file(out, path, error);
  if (code != SHEAF_OK) return code;
  code = open_regular(*out, error);
  if (code != SHEAF_OK) {
    sf_file_close(*out);
    *out = NULL;
  }
  return code;
}

int sf_file_memory(sf_file **out, const char *name, sheaf_bytes content,
                   sheaf_error *error) {
  int code = make_file(out, name, error);
  if (code != SHEAF_OK) return code;
  (*out)->memory = content;
  (*out)->size = content.size;
  return SHEAF_OK;
}

void sf_file_close(sf_file *file) {
  if (!file) return;
  if (file->fd >= 0) close(file->fd);
  for (int i = 0; i < WINDOWS; i++) sf_buffer_clear(&file->windows[i].data);
  free(file->path);
  free(file);
}

uint64_t sf_file_size(const sf_file *file) {
  return file->size;
}

const char *sf_file_path(const sf_file *file) {
  return file->path;
}

// --- Reading ---------------------------------------------------------------

static int too_short(const sf_file *file, uint64_t offset, size_t size,
                     uint64_t end, sheaf_error *error) {
  return sf_fail(error, SHEAF_ETRUNCATED, file->path,
                 "%zu bytes at offset %llu are wanted, but the file ends at "
                 "%llu",
                 size, (unsigned long long)offset, (unsigned long long)end);
}

// Reads `size` bytes, fewer only where the file ends.
static ssize_t read_at(int fd, char *data, size_t size, uint64_t offset) {
  size_t got = 0;
  while (got < size) {
    ssize_t n = pread(fd, data + got, size - got, (off_t)(offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return -1;
    if (n == 0) break;
    got += (size_t)n;
  }
  return (ssize_t)got;
}

static uint64_t window_end(const file_window *window) {
  return window->start + window->data.size;
}

static file_window *find_window(sf_file *file, uint64_t offset, size_t size) {
  for (int i = 0; i < WINDOWS; i++) {
    file_window *window = &file->windows[i];
    if (window->start <= offset && offset + size <= window_end(window))
      return window;
  }
  return NULL;
}

// The window to give up: the one that the offset lies in or right behind, so
// that reading on takes one window along; else the one not used for longest.
static file_window *choose_window(sf_file *file, uint64_t offset,
                                  bool *onward) {
  file_window *oldest = &file->windows[0];
  *onward = true;
  for (int i = 0; i < WINDOWS; i++) {
    file_window *window = &file->windows[i];
    if (window->used && window->start <= offset && offset <= window_end(window))
      return window;
    if (window->used < oldest->used) oldest = window;
  }
  *onward = false;
  return oldest;
}

static int fill_window(sf_file *file, file_window *window, uint64_t offset,
                       size_t size, bool onward, sheaf_error *error) {
  size_t wanted = onward ? LARGE_READ : SMALL_READ;
  if (wanted < size) wanted = size;
  if (wanted > file->size - offset) wanted = (size_t)(file->size - offset);
  window->data.size = 0;
  char *data = sf_buffer_reserve(&window->data, wanted);
  if (!data) {
    sf_buffer_clear(&window->data);
    return sf_no_memory(error);
  }
  ssize_t got = read_at(file->fd, data, wanted, offset);
  if (got < 0)
    return sf_fail_errno(error, SHEAF_EREAD, file->path, "cannot be read");
  window->start = offset;
  window->data.size = (size_t)got;
  // The file has become shorter since it was opened.
  if ((size_t)got < size)
    return too_short(file, offset, size, offset + (uint64_t)got, error);
  return SHEAF_OK;
}

int sf_file_view(sf_file *file, uint64_t offset, size_t size,
                 sheaf_bytes *bytes, sheaf_error *error) {
  if (offset > file->size || size > file->size - offset)
    return too_short(file, offset, size, file->size, error);
  if (file->fd < 0) {
    *bytes = (sheaf_bytes){file->memory.data + offset, size};
    return SHEAF_OK;
  }
  file_window *window = find_window(file, offset, size);
  if (!window) {
    bool onward;
    window = choose_window(file, offset, &onward);
    int code = fill_window(file, window, offset, size, onward, error);
    if (code != SHEAF_OK) return code;
  }
  window->used = ++file->calls;
  size_t at = (size_t)(offset - window->start);
  *bytes = (sheaf_bytes){size ? window->data.data + at : "", size};
  return SHEAF_OK;
}

int sf_file_slurp(const char *path, uint64_t limit, sf_buffer *out,
                  sheaf_error *error) {
  sf_file *file;
  sheaf_bytes bytes;
  int code = sf_file_open(&file, path, error);
  if (code != SHEAF_OK) return code;
  if (file->size > limit)
    code = sf_fail(error, SHEAF_ETOOLARGE, path,
                   "%llu bytes, more than the %llu that are read",
                   (unsigned long long)file->size, (unsigned long long)limit);
  else
    code = sf_file_view(file, 0, (size_t)file->size, &bytes, error);
  if (code == SHEAF_OK) sf_buffer_append(out, bytes.data, bytes.size);
  if (code == SHEAF_OK && out->failed) code = sf_no_memory(error);
  sf_file_close(file);
  return code;
}
