/// Files that are read at offsets, through windows that move along with the
/// reader: one for an archive's directory and one for its members. A window
/// reads twice as far ahead each time it is read onward, and little after a
/// jump, so that both passes and single look-ups cost few system calls.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/io.h"

#define WINDOWS     2
#define AHEAD_LEAST ((size_t)16 << 10)
#define AHEAD_MOST  ((size_t)128 << 10)

/// A piece of the file that was read.
typedef struct {
  sf_buffer data;
  uint64_t start;
  size_t ahead;
  uint64_t used;  // By the count of calls; 0: never.
} file_window;

struct sf_file {
  char *path;
  int fd;                        // -1: the bytes are in `memory`.
  const char *memory;            // Borrowed.
  const sf_file_source *source;  // Not NULL: a virtual file,
  void *context;                 // and this is the source's.
  uint64_t size;
  int64_t modified;
  file_window windows[WINDOWS];
  uint64_t calls;
};

// --- Opening ---------------------------------------------------------------

static int make_file(sf_file **out, int fd, const char *path,
                     sheaf_error *error) {
  sf_file *file = calloc(1, sizeof *file);
  char *copy = file ? strdup(path) : NULL;
  if (!copy) {
    free(file);
    return sf_no_memory(error);
  }
  file->path = copy;
  file->fd = fd;
  *out = file;
  return SHEAF_OK;
}

static const char *kind_of_file(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a named pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

int sf_file_adopt(sf_file **out, int fd, const char *path, sheaf_error *error) {
  struct stat facts;
  int code;
  if (fstat(fd, &facts) != 0)
    code = sf_fail_errno(error, SHEAF_EOPEN, path, "cannot be examined");
  else if (!S_ISREG(facts.st_mode))
    code = sf_fail(error, SHEAF_EOPEN, path, "%s, not a regular file",
                   kind_of_file(facts.st_mode));
  else
    code = make_file(out, fd, path, error);
  if (code) {
    close(fd);
    return code;
  }
  (*out)->size = (uint64_t)facts.st_size;
  (*out)->modified = facts.st_mtim.tv_sec;
  return SHEAF_OK;
}

int sf_file_open(sf_file **out, const char *path, sheaf_error *error) {
  // O_NONBLOCK: opening a named pipe must not wait for its writer.
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (fd < 0 && errno == ENOENT)
    return sf_fail(error, SHEAF_EOPEN, path, "no such file");
  if (fd < 0)
    return sf_fail_errno(error, SHEAF_EOPEN, path, "cannot be opened");
  return sf_file_adopt(out, fd, path, error);
}

int sf_file_memory(sf_file **out, const char *name, sheaf_bytes content,
                   sheaf_error *error) {
  int code = make_file(out, -1, name, error);
  if (code) return code;
  (*out)->memory = content.data ? content.data : "";
  (*out)->size = content.size;
  return SHEAF_OK;
}

int sf_file_virtual(sf_file **out, const char *name, uint64_t size,
                    int64_t modified, const sf_file_source *source,
                    void *context, sheaf_error *error) {
  int code = make_file(out, -1, name, error);
  if (code) {
    if (source->close) source->close(context);
    return code;
  }
  (*out)->size = size;
  (*out)->modified = modified;
  (*out)->source = source;
  (*out)->context = context;
  return SHEAF_OK;
}

int sf_file_doubt(const sf_file *file, uint64_t from, uint64_t to,
                  sheaf_error *error) {
  if (!file->source || !file->source->doubt) return SHEAF_OK;
  return file->source->doubt(file->context, from, to, error);
}

uint64_t sf_file_resume(const sf_file *file, uint64_t offset) {
  if (!file->source || !file->source->resume) return offset;
  return file->source->resume(file->context, offset);
}

uint64_t sf_file_entry(const sf_file *file, uint64_t offset) {
  if (!file->source || !file->source->entry) return offset;
  return file->source->entry(file->context, offset);
}

void sf_file_close(sf_file *file) {
  if (!file) return;
  if (file->source && file->source->close) file->source->close(file->context);
  if (file->fd >= 0) close(file->fd);
  for (size_t i = 0; i < WINDOWS; i++) sf_buffer_clear(&file->windows[i].data);
  free(file->path);
  free(file);
}

uint64_t sf_file_size(const sf_file *file) {
  return file->size;
}

const char *sf_file_path(const sf_file *file) {
  return file->path;
}

int sf_file_descriptor(const sf_file *file) {
  return file->fd;
}

int64_t sf_file_modified(const sf_file *file) {
  return file->modified;
}

// --- Reading ---------------------------------------------------------------

static int check_range(const sf_file *file, uint64_t offset, size_t size,
                       sheaf_error *error) {
  if (offset <= file->size && size <= file->size - offset) return SHEAF_OK;
  uint64_t found = offset < file->size ? file->size - offset : 0;
  return sf_fail(error, SHEAF_ETRUNCATED, file->path,
                 "the file ends too early: expected %zu bytes at byte %" PRIu64
                 ", found %" PRIu64,
                 size, offset, found);
}

// The same as read_at() for a virtual file.
static int read_source(const sf_file *file, uint64_t offset, char *out,
                       size_t least, size_t most, size_t *got,
                       sheaf_error *error) {
  sheaf_error ahead;
  while (*got < most) {
    size_t n = 0;
    // What lies behind `least` need not be readable.
    int code =
        file->source->read(file->context, offset + *got, out + *got,
                           most - *got, &n, *got < least ? error : &ahead);
    if (code) return *got < least ? code : SHEAF_OK;
    *got += n;
  }
  return SHEAF_OK;
}

// Reads until `most` bytes are there; fewer than `least` are a failure.
static int read_at(const sf_file *file, uint64_t offset, char *out,
                   size_t least, size_t most, size_t *got, sheaf_error *error) {
  *got = 0;
  if (file->source)
    return read_source(file, offset, out, least, most, got, error);
  while (*got < most) {
    ssize_t n =
        pread(file->fd, out + *got, most - *got, (off_t)(offset + *got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && *got < least)
      return sf_fail(error, SHEAF_EREAD, file->path,
                     "cannot be read at byte %" PRIu64 ": %s", offset + *got,
                     strerror(errno));
    if (n <= 0) break;
    *got += (size_t)n;
  }
  if (*got >= least) return SHEAF_OK;
  return sf_fail(error, SHEAF_ETRUNCATED, file->path,
                 "the file became shorter while it was read: expected %zu "
                 "bytes at byte %" PRIu64 ", found %zu",
                 least, offset, *got);
}

static uint64_t window_end(const file_window *window) {
  return window->start + window->data.size;
}

static file_window *find_window(sf_file *file, uint64_t offset, size_t size) {
  for (size_t i = 0; i < WINDOWS; i++) {
    file_window *window = &file->windows[i];
    if (window->start <= offset && offset + size <= window_end(window))
      return window;
  }
  return NULL;
}

// The window to move: the one that the offset lies in or right behind, so
// that reading on takes one window along; else the one not used for longest.
static file_window *choose_window(sf_file *file, uint64_t offset) {
  file_window *oldest = &file->windows[0];
  for (size_t i = 0; i < WINDOWS; i++) {
    file_window *window = &file->windows[i];
    if (window->used && window->start <= offset && offset <= window_end(window))
      return window;
    if (window->used < oldest->used) oldest = window;
  }
  return oldest;
}

// Moves the window to `offset`. What it has from there on is kept.
static void move_window(file_window *window, uint64_t offset) {
  sf_buffer *data = &window->data;
  bool onward =
      window->used && window->start <= offset && offset <= window_end(window);
  size_t skipped = onward ? (size_t)(offset - window->start) : data->size;
  window->ahead = onward ? window->ahead * 2 : AHEAD_LEAST;
  if (window->ahead > AHEAD_MOST) window->ahead = AHEAD_MOST;
  data->size -= skipped;
  if (data->size) memmove(data->data, data->data + skipped, data->size);
  window->start = offset;
  // What one huge member needed is given back.
  if (data->capacity > 4 * AHEAD_MOST && !data->size) sf_buffer_clear(data);
}

static int fill_window(const sf_file *file, file_window *window,
                       uint64_t offset, size_t size, sheaf_error *error) {
  move_window(window, offset);
  sf_buffer *data = &window->data;
  size_t wanted = size > window->ahead ? size : window->ahead;
  if (wanted > file->size - offset) wanted = (size_t)(file->size - offset);
  size_t kept = data->size, got;
  char *end = sf_buffer_reserve(data, wanted - kept);
  if (!end) {
    sf_buffer_clear(data);
    return sf_no_memory(error);
  }
  int code = read_at(file, offset + kept, end, size - kept, wanted - kept, &got,
                     error);
  data->size += got;
  return code;
}

int sf_file_view(sf_file *file, uint64_t offset, size_t size,
                 sheaf_bytes *bytes, sheaf_error *error) {
  int code = check_range(file, offset, size, error);
  if (code) return code;
  if (file->memory || !size) {
    *bytes = (sheaf_bytes){size ? file->memory + offset : "", size};
    return SHEAF_OK;
  }
  file_window *window = find_window(file, offset, size);
  if (!window) {
    window = choose_window(file, offset);
    code = fill_window(file, window, offset, size, error);
    if (code) return code;
  }
  window->used = ++file->calls;
  size_t at = (size_t)(offset - window->start);
  *bytes = (sheaf_bytes){size ? window->data.data + at : "", size};
  return SHEAF_OK;
}

int sf_file_view_some(sf_file *file, uint64_t offset, size_t size,
                      sheaf_bytes *bytes, sheaf_error *error) {
  int code = sf_file_view(file, offset, size, bytes, error);
  if (!code) return code;
  // What was read before it failed is in a window.
  *bytes = (sheaf_bytes){"", 0};
  for (size_t i = 0; i < WINDOWS; i++) {
    const file_window *window = &file->windows[i];
    if (window->start > offset || offset + bytes->size >= window_end(window))
      continue;
    bytes->data = window->data.data + (offset - window->start);
    bytes->size = (size_t)(window_end(window) - offset);
  }
  return bytes->size ? SHEAF_OK : code;
}

int sf_file_read(sf_file *file, uint64_t offset, char *out, size_t size,
                 sheaf_error *error) {
  int code = check_range(file, offset, size, error);
  if (code || size == 0) return code;
  if (file->memory) {
    memcpy(out, file->memory + offset, size);
    return SHEAF_OK;
  }
  size_t got;
  return read_at(file, offset, out, size, size, &got, error);
}

int sf_file_slurp(const char *path, uint64_t limit, sf_buffer *out,
                  sheaf_error *error) {
  sf_file *file;
  int code = sf_file_open(&file, path, error);
  if (code) return code;
  size_t size = (size_t)file->size;
  if (file->size > limit || size != file->size) {
    code = sf_fail(error, SHEAF_ETOOLARGE, path,
                   "%" PRIu64 " bytes, more than the limit of %" PRIu64,
                   file->size, limit);
    goto done;
  }
  char *end = sf_buffer_reserve(out, size);
  code = end ? sf_file_read(file, 0, end, size, error) : sf_no_memory(error);
  if (!code) out->size += size;
done:
  sf_file_close(file);
  return code;
}
