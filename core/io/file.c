/// Files that are read at offsets, through a window that moves along.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/io.h"

#define WINDOW ((size_t)512 << 10)

struct sf_file {
  char *path;
  int fd;  // -1 for a file in memory.
  uint64_t size;
  sheaf_bytes memory;
  sf_buffer window;  // What was read last,
  uint64_t start;    // and where in the file it begins.
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
  sf_buffer_clear(&file->window);
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

static int move_window(sf_file *file, uint64_t offset, size_t size,
                       sheaf_error *error) {
  size_t wanted = size > WINDOW ? size : WINDOW;
  if (wanted > file->size - offset) wanted = (size_t)(file->size - offset);
  file->window.size = 0;
  char *data = sf_buffer_reserve(&file->window, wanted);
  if (!data) {
    sf_buffer_clear(&file->window);
    return sf_no_memory(error);
  }
  ssize_t got = read_at(file->fd, data, wanted, offset);
  if (got < 0)
    return sf_fail_errno(error, SHEAF_EREAD, file->path, "cannot be read");
  file->start = offset;
  file->window.size = (size_t)got;
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
  uint64_t end = file->start + file->window.size;
  if (offset < file->start || offset + size > end) {
    int code = move_window(file, offset, size, error);
    if (code != SHEAF_OK) return code;
  }
  *bytes =
      (sheaf_bytes){file->window.data + (size_t)(offset - file->start), size};
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
