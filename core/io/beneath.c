/// Opening what lies beneath a folder, and nothing else.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "io/io.h"

// Takes the first part of `*name` into `part` and moves `*name` past it.
static bool next_part(const char **name, char part[NAME_MAX + 1]) {
  size_t size = strcspn(*name, "/");
  if (size == 0 || size > NAME_MAX) return false;
  memcpy(part, *name, size);
  part[size] = '\0';
  *name += size;
  if (**name == '/') ++*name;
  return strcmp(part, "..") != 0;
}

// A folder is left as soon as the next one is open; the first is borrowed.
static void leave(int folder, int first) {
  int reason = errno;
  if (folder != first) close(folder);
  errno = reason;
}

int sf_open_beneath(int folder, const char *name, int flags) {
  const int always = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  int at = folder;
  for (;;) {
    char part[NAME_MAX + 1];
    if (!next_part(&name, part)) {
      leave(at, folder);
      errno = EINVAL;
      return -1;
    }
    bool last = *name == '\0';
    int next =
        openat(at, part, always | (last ? flags : O_RDONLY | O_DIRECTORY));
    leave(at, folder);
    if (next < 0 || last) return next;
    at = next;
  }
}
