/// Files that are appended to.
#include "run/part.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/io.h"

enum { BUFFER = 256 * 1024 };  ///< Bytes that are gathered for one write.

static int cut(const sf_part *part, uint64_t size, sheaf_error *error) {
  struct stat status;
  if (fstat(part->fd, &status))
    return sf_fail_errno(error, SHEAF_EWRITE, part->path,
                         "its size cannot be told");
  if ((uint64_t)status.st_size < size) {
    sf_fail(error, SHEAF_ECHANGED, part->path,
            "%" PRId64 " bytes, but the run had written %" PRIu64,
            (int64_t)status.st_size, size);
    return sf_hint(error, "begin a new run in another folder");
  }
  if (ftruncate(part->fd, (off_t)size) ||
      lseek(part->fd, (off_t)size, SEEK_SET) < 0)
    return sf_fail_errno(error, SHEAF_EWRITE, part->path, "it cannot be cut");
  return SHEAF_OK;
}

int sf_part_open(sf_part *part, const sf_run_folder *folder, const char *name,
                 uint64_t size, sheaf_error *error) {
  *part = (sf_part){.fd = -1, .size = size};
  part->path = sf_run_folder_file(folder, name, SF_PART);
  if (!part->path) return sf_no_memory(error);
  part->fd = open(part->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  int code = part->fd < 0 ? sf_fail_errno(error, SHEAF_EWRITE, part->path,
                                          "it cannot be opened")
                          : cut(part, size, error);
  if (code) sf_part_close(part, NULL);
  return code;
}

static int flush(sf_part *part, sheaf_error *error) {
  if (part->buffer.failed) return sf_no_memory(error);
  int code = sf_write_all(part->fd, part->path, part->buffer.data,
                          part->buffer.size, error);
  part->buffer.size = 0;
  return code;
}

int sf_part_append(sf_part *part, sheaf_bytes bytes, sheaf_error *error) {
  part->size += bytes.size;
  part->dirty = true;
  if (bytes.size < BUFFER) {
    sf_buffer_append(&part->buffer, bytes.data, bytes.size);
    return part->buffer.size < BUFFER ? SHEAF_OK : flush(part, error);
  }
  int code = flush(part, error);
  if (code) return code;
  return sf_write_all(part->fd, part->path, bytes.data, bytes.size, error);
}

int sf_part_sync(sf_part *part, sheaf_error *error) {
  if (!part->dirty) return SHEAF_OK;
  int code = flush(part, error);
  if (code) return code;
  if (fdatasync(part->fd))
    return sf_fail_errno(error, SHEAF_EWRITE, part->path,
                         "it cannot be synced");
  part->dirty = false;
  return SHEAF_OK;
}

int sf_part_close(sf_part *part, sheaf_error *error) {
  int code = SHEAF_OK;
  if (part->fd >= 0 && close(part->fd))
    code =
        sf_fail_errno(error, SHEAF_EWRITE, part->path, "it cannot be closed");
  free(part->path);
  sf_buffer_clear(&part->buffer);
  *part = (sf_part){.fd = -1};
  return code;
}
