/// The format "folder": the files in a folder tree, in byte order of their
/// names. Links are told of and never followed.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/bundle.h"

#define PIECE ((size_t)256 << 10)

typedef struct {
  char *name;  // Relative, with '/' between the parts. Owned.
  sheaf_member_type type;
} folder_entry;

typedef struct {
  const sf_source *source;
  int fd;
  folder_entry *entries;
  size_t count;
  size_t capacity;
  size_t next;
  sf_buffer content;
} folder_reader;

// --- Listing ---------------------------------------------------------------

// Takes `name`, which may be NULL.
static bool add_entry(folder_reader *folder, char *name,
                      sheaf_member_type type) {
  if (folder->count == folder->capacity) {
    size_t capacity = folder->capacity ? 2 * folder->capacity : 64;
    folder_entry *grown = realloc(folder->entries, capacity * sizeof *grown);
    if (!grown) {
      free(name);
      return false;
    }
    folder->entries = grown;
    folder->capacity = capacity;
  }
  if (!name) return false;
  folder->entries[folder->count++] = (folder_entry){name, type};
  return true;
}

static sheaf_member_type type_of(int folder, const struct dirent *found) {
  struct stat status;
  unsigned char type = found->d_type;
  if (type == DT_UNKNOWN &&
      fstatat(folder, found->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0)
    type = IFTODT(status.st_mode);
  return type == DT_REG   ? SHEAF_MEMBER_FILE
         : type == DT_DIR ? SHEAF_MEMBER_FOLDER
         : type == DT_LNK ? SHEAF_MEMBER_LINK
                          : SHEAF_MEMBER_SPECIAL;
}

static bool is_dots(const char *name) {
  return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

// Adds what is in the folder called `name` ("" for the top).
static int list_stream(folder_reader *folder, DIR *stream, const char *name,
                       sheaf_error *error) {
  struct dirent *found;
  errno = 0;
  while ((found = readdir(stream))) {
    if (is_dots(found->d_name)) continue;
    sheaf_member_type type = type_of(dirfd(stream), found);
    char *inner = name[0] ? sf_path_join(name, found->d_name)
                          : sf_strndup(found->d_name, strlen(found->d_name));
    if (!add_entry(folder, inner, type)) return sf_no_memory(error);
    errno = 0;
  }
  if (errno == 0) return SHEAF_OK;
  return sf_fail_errno(error, SHEAF_EREAD, folder->source->path,
                       "cannot be listed");
}

static int list_folder(folder_reader *folder, const char *name,
                       sheaf_error *error) {
  int fd = openat(folder->fd, name[0] ? name : ".",
                  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *stream = fd < 0 ? NULL : fdopendir(fd);
  if (!stream) {
    if (fd >= 0) close(fd);
    return SHEAF_END;
  }
  int code = list_stream(folder, stream, name, error);
  closedir(stream);
  return code;
}

static int compare(const void *a, const void *b) {
  return strcmp(((const folder_entry *)a)->name,
                ((const folder_entry *)b)->name);
}

// Lists breadth first, so that no more than one folder is open at a time.
static int list_all(folder_reader *folder, sheaf_error *error) {
  int code = list_folder(folder, "", error);
  if (code == SHEAF_END)
    return sf_fail_errno(error, SHEAF_EOPEN, folder->source->path,
                         "cannot be listed");
  for (size_t i = 0; i < folder->count && code == SHEAF_OK; i++) {
    if (folder->entries[i].type != SHEAF_MEMBER_FOLDER) continue;
    code = list_folder(folder, folder->entries[i].name, error);
    // A folder that cannot be listed becomes a file that cannot be read.
    if (code == SHEAF_END) {
      folder->entries[i].type = SHEAF_MEMBER_FILE;
      code = SHEAF_OK;
    }
  }
  if (folder->count)
    qsort(folder->entries, folder->count, sizeof *folder->entries, compare);
  return code;
}

// --- Opening ---------------------------------------------------------------

static int bid(const sf_source *source, sheaf_bytes head) {
  (void)head;
  return source->file ? 0 : 100;
}

static void close_folder(void *reader) {
  folder_reader *folder = reader;
  for (size_t i = 0; i < folder->count; i++) free(folder->entries[i].name);
  free(folder->entries);
  sf_buffer_clear(&folder->content);
  if (folder->fd >= 0) close(folder->fd);
  free(folder);
}

static int open_folder(void **reader, const sf_source *source,
                       sheaf_error *error) {
  folder_reader *folder = calloc(1, sizeof *folder);
  if (!folder) return sf_no_memory(error);
  folder->source = source;
  folder->fd = open(source->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int code = folder->fd < 0 ? sf_fail_errno(error, SHEAF_EOPEN, source->path,
                                            "cannot be opened")
                            : list_all(folder, error);
  if (code != SHEAF_OK) {
    close_folder(folder);
    return code;
  }
  *reader = folder;
  return SHEAF_OK;
}

// --- Stepping --------------------------------------------------------------

static int next(void *reader, sheaf_member *member, sheaf_error *error) {
  (void)error;
  folder_reader *folder = reader;
  struct stat status;
  if (folder->next == folder->count) return SHEAF_END;
  const folder_entry *entry = &folder->entries[folder->next++];
  *member = (sheaf_member){.ordinal = folder->next,
                           .type = entry->type,
                           .name = sf_bytes(entry->name)};
  if (fstatat(folder->fd, entry->name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
    member->modified = status.st_mtime;
    if (entry->type == SHEAF_MEMBER_FILE && S_ISREG(status.st_mode))
      member->size = member->packed_size = (uint64_t)status.st_size;
  }
  return SHEAF_OK;
}

static int seek(void *reader, uint64_t ordinal, sheaf_error *error) {
  folder_reader *folder = reader;
  if (ordinal > folder->count)
    return sf_fail(error, SHEAF_ENOMEMBER, folder->source->path,
                   "there is no member %llu, the folder has %zu",
                   (unsigned long long)ordinal, folder->count);
  folder->next = (size_t)ordinal - 1;
  return SHEAF_OK;
}

// --- Reading ---------------------------------------------------------------

static const char *current_name(const folder_reader *folder) {
  return folder->entries[folder->next - 1].name;
}

static int open_member(const folder_reader *folder, uint64_t *size,
                       sheaf_error *error) {
  const char *name = current_name(folder);
  struct stat status;
  int fd =
      openat(folder->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    sf_fail_errno(error, SHEAF_EREAD, name, "cannot be opened");
    return -1;
  }
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    sf_fail(error, SHEAF_EREAD, name, "is no regular file");
    close(fd);
    return -1;
  }
  *size = (uint64_t)status.st_size;
  return fd;
}

// Reads until the file ends, which need not be where it said.
static int read_pieces(const folder_reader *folder, int fd, sheaf_sink sink,
                       void *context, sheaf_error *error) {
  char *piece = malloc(PIECE);
  if (!piece) return sf_no_memory(error);
  int code = SHEAF_OK;
  ssize_t got = 1;
  while (code == SHEAF_OK && got != 0) {
    got = read(fd, piece, PIECE);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      code = sf_fail_errno(error, SHEAF_EREAD, current_name(folder),
                           "cannot be read");
    else if (got > 0)
      code = sink(context, piece, (size_t)got);
  }
  free(piece);
  return code;
}

static int stream(void *reader, sheaf_sink sink, void *context,
                  sheaf_error *error) {
  folder_reader *folder = reader;
  uint64_t size;
  int fd = open_member(folder, &size, error);
  if (fd < 0) return SHEAF_EREAD;
  int code = read_pieces(folder, fd, sink, context, error);
  close(fd);
  return code;
}

enum { GROWN = 1 };

static int keep_piece(void *context, const char *data, size_t size) {
  folder_reader *folder = context;
  // A file may grow while it is read.
  if (size > folder->source->options.max_document - folder->content.size)
    return GROWN;
  sf_buffer_append(&folder->content, data, size);
  return folder->content.failed ? SHEAF_ENOMEM : SHEAF_OK;
}

static int read_member(void *reader, sheaf_bytes *content, sheaf_error *error) {
  folder_reader *folder = reader;
  uint64_t size;
  int fd = open_member(folder, &size, error);
  if (fd < 0) return SHEAF_EREAD;
  sheaf_bytes name = sf_bytes(current_name(folder));
  folder->content.size = 0;
  int code = sf_member_check_size(folder->source, name, size, error);
  if (code == SHEAF_OK)
    code = read_pieces(folder, fd, keep_piece, folder, error);
  close(fd);
  if (code == GROWN)
    code = sf_fail(error, SHEAF_ETOOLARGE, name.data,
                   "it has grown over the limit while it was read");
  if (code == SHEAF_ENOMEM) {
    sf_buffer_clear(&folder->content);
    return sf_no_memory(error);
  }
  *content = sf_buffer_bytes(&folder->content);
  return code;
}

const sf_format sf_format_folder = {
    .name = "folder",
    .bid = bid,
    .open = open_folder,
    .close = close_folder,
    .next = next,
    .seek = seek,
    .read = read_member,
    .stream = stream,
};
