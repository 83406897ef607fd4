/// Streams that can be read once only, such as standard input: they are copied
/// into a file, in which anything can be found.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/io.h"

#define PIECE ((size_t)256 << 10)

static bool is_pipe(const char *path) {
  struct stat facts;
  return !stat(path, &facts) &&
         (S_ISFIFO(facts.st_mode) || S_ISSOCK(facts.st_mode));
}

bool sf_path_is_stream(const char *path) {
  if (strcmp(path, "-") == 0) return true;
  // Any other pipe may be one that nobody will ever write to.
  return (strcmp(path, "/dev/stdin") == 0 ||
          strncmp(path, "/dev/fd/", 8) == 0 ||
          strncmp(path, "/proc/self/fd/", 14) == 0) &&
         is_pipe(path);
}

int sf_path_stream(const char *path, sheaf_error *error) {
  bool named = path[0] == '/' && strcmp(path, "/dev/stdin") != 0;
  int fd = named ? atoi(strrchr(path, '/') + 1) : STDIN_FILENO;
  if (isatty(fd)) {
    sf_fail(error, SHEAF_EOPEN, path, "standard input is a terminal");
    sf_hint(error, "give it a bundle: … | sheaf … -");
    return -1;
  }
  int copy = dup(fd);
  if (copy < 0) sf_fail_errno(error, SHEAF_EOPEN, path, "cannot be opened");
  return copy;
}

int sf_spool_some(int from, int to, const char *name, sheaf_error *error) {
  char *piece = malloc(PIECE);
  if (!piece) return sf_no_memory(error);
  ssize_t got = read(from, piece, PIECE);
  int code = got ? SHEAF_OK : SHEAF_END;
  if (got < 0 && errno != EINTR && errno != EAGAIN)
    code = sf_fail_errno(error, SHEAF_EREAD, name, "cannot be read");
  if (got > 0) code = sf_write_all(to, name, piece, (size_t)got, error);
  if (code == SHEAF_EWRITE)
    sf_hint(error, "TMPDIR says where copies of standard input go");
  free(piece);
  return code;
}

// A file is read where it is, and a pipe into a file that is gone once it is
// closed.
static int copy_stream(int from, const char *name, sheaf_error *error) {
  int code = SHEAF_OK;
  int to = sf_file_temporary(error);
  if (to < 0) return -1;
  while (!code) code = sf_spool_some(from, to, name, error);
  if (code == SHEAF_END) return to;
  close(to);
  return -1;
}

int sf_file_stream(sf_file **out, const char *path, sheaf_error *error) {
  struct stat facts;
  sheaf_error own;
  if (!error) error = &own;
  int from = sf_path_stream(path, error);
  if (from < 0) return error->code;
  bool whole = !fstat(from, &facts) && S_ISREG(facts.st_mode) &&
               lseek(from, 0, SEEK_CUR) == 0;
  if (whole) return sf_file_adopt(out, from, path, error);
  int copy = copy_stream(from, path, error);
  close(from);
  return copy < 0 ? error->code : sf_file_adopt(out, copy, path, error);
}
