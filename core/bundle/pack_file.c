/// Packing: the file, which gets its name when it is complete.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/pack.h"

#define FLUSH_FROM ((size_t)1 << 20)  // Bytes that are written together.

// Only a plain file is replaced: no folder, and no device least of all.
static int check_place(const char *path, bool replace, sheaf_error *error) {
  struct stat facts;
  if (stat(path, &facts) != 0) return SHEAF_OK;
  if (!S_ISREG(facts.st_mode))
    return sf_fail(error, SHEAF_EEXISTS, path,
                   "it is there already, and no plain file");
  if (replace) return SHEAF_OK;
  sf_fail(error, SHEAF_EEXISTS, path, "it is there already");
  if (error) sf_hint(error, "--force replaces it");
  return SHEAF_EEXISTS;
}

int sf_pack_file_open(sf_pack_file *file, const char *path, bool replace,
                      sheaf_error *error) {
  *file = (sf_pack_file){.path = sf_sprintf("%s", path),
                         .part = sf_sprintf("%s.part", path),
                         .fd = -1};
  if (!file->path || !file->part) return sf_no_memory(error);
  int code = check_place(path, replace, error);
  if (code) return code;
  file->fd = open(file->part,
                  O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (file->fd >= 0) return SHEAF_OK;
  return sf_fail_errno(error, SHEAF_EWRITE, file->part, "cannot be created");
}

void sf_pack_file_clear(sf_pack_file *file) {
  if (file->fd >= 0) {
    close(file->fd);
    if (!file->complete) unlink(file->part);
  }
  sf_buffer_clear(&file->out);
  free(file->path);
  free(file->part);
  *file = (sf_pack_file){.fd = -1};
}

uint64_t sf_pack_file_at(const sf_pack_file *file) {
  return file->done + file->out.size;
}

// --- Writing ---------------------------------------------------------------

static int write_bytes(sf_pack_file *file, sheaf_bytes bytes,
                       sheaf_error *error) {
  int code = sf_write_all(file->fd, file->part, bytes.data, bytes.size, error);
  if (!code) file->done += bytes.size;
  return code;
}

static int flush(sf_pack_file *file, sheaf_error *error) {
  if (file->out.failed) return sf_no_memory(error);
  int code = write_bytes(file, sf_buffer_bytes(&file->out), error);
  file->out.size = 0;
  return code;
}

int sf_pack_file_settle(sf_pack_file *file, sheaf_error *error) {
  if (file->out.failed) return sf_no_memory(error);
  return file->out.size < FLUSH_FROM ? SHEAF_OK : flush(file, error);
}

int sf_pack_file_put(void *context, sheaf_bytes bytes, sheaf_error *error) {
  sf_pack_file *file = context;
  if (bytes.size < FLUSH_FROM) {
    sf_buffer_append(&file->out, bytes.data, bytes.size);
    return sf_pack_file_settle(file, error);
  }
  int code = flush(file, error);
  return code ? code : write_bytes(file, bytes, error);
}

static int move_to(sf_pack_file *file, uint64_t at, sheaf_error *error) {
  if (lseek(file->fd, (off_t)at, SEEK_SET) == (off_t)at) return SHEAF_OK;
  return sf_fail_errno(error, SHEAF_EWRITE, file->part, "cannot be moved in");
}

int sf_pack_file_patch(sf_pack_file *file, uint64_t at, sheaf_bytes bytes,
                       sheaf_error *error) {
  int code = flush(file, error);
  if (!code) code = move_to(file, at, error);
  if (!code)
    code = sf_write_all(file->fd, file->part, bytes.data, bytes.size, error);
  return code ? code : move_to(file, file->done, error);
}

int sf_pack_file_cut(sf_pack_file *file, uint64_t at, sheaf_error *error) {
  if (at >= file->done) {
    file->out.size = (size_t)(at - file->done);
    return SHEAF_OK;
  }
  file->out.size = 0;
  file->done = at;
  if (ftruncate(file->fd, (off_t)at) != 0)
    return sf_fail_errno(error, SHEAF_EWRITE, file->part, "cannot be cut");
  return move_to(file, at, error);
}

// --- The end ---------------------------------------------------------------

int sf_pack_file_finish(sf_pack_file *file, sheaf_error *error) {
  int code = flush(file, error);
  if (code) return code;
  if (fsync(file->fd) != 0)
    return sf_fail_errno(error, SHEAF_EWRITE, file->part, "cannot be synced");
  int closed = close(file->fd);
  file->fd = -1;
  if (closed != 0 || rename(file->part, file->path) != 0) {
    code =
        sf_fail_errno(error, SHEAF_EWRITE, file->path, "cannot be completed");
    unlink(file->part);
    return code;
  }
  file->complete = true;
  return sf_parent_sync(file->path, error);
}
