/// The format "folder": what lies in a folder tree, in byte order of the
/// relative names. The list is made when it is opened. Links are told of and
/// never followed, and nothing but a regular file is ever opened.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/bundle.h"

/// What was listed. A folder stays in the list only if it cannot be read.
typedef struct {
  char *name;  // Relative, with '/' between the parts. Owned.
  sheaf_member_type type;
  int reason;  // The errno that keeps it from being read, or 0.
  uint64_t size;
  int64_t modified;
} entry;

typedef struct {
  const sf_source *source;
  int fd;
  entry *entries;
  size_t count;
  size_t capacity;
  size_t next;
  sheaf_member member;  // The current one,
  sf_file *file;        // open when it was read,
  sf_buffer content;    // and what is in it.
} folder_reader;

// --- Listing ---------------------------------------------------------------

// Makes room for one more. Entries are kept in one array, to be sorted.
static entry *add_entry(folder_reader *folder) {
  if (folder->count == folder->capacity) {
    size_t capacity = folder->capacity ? 2 * folder->capacity : 64;
    entry *grown = realloc(folder->entries, capacity * sizeof *grown);
    if (!grown) return NULL;
    folder->entries = grown;
    folder->capacity = capacity;
  }
  return &folder->entries[folder->count];
}

static sheaf_member_type type_of(mode_t mode) {
  if (S_ISREG(mode)) return SHEAF_MEMBER_FILE;
  if (S_ISDIR(mode)) return SHEAF_MEMBER_FOLDER;
  return S_ISLNK(mode) ? SHEAF_MEMBER_LINK : SHEAF_MEMBER_SPECIAL;
}

// Adds `name`, found in the open folder `fd`, whose own name is `parent` ("" at
// the top).
static int list_name(folder_reader *folder, int fd, const char *parent,
                     const char *name, sheaf_error *error) {
  struct stat facts;
  entry *added = add_entry(folder);
  if (!added) return sf_no_memory(error);
  *added = (entry){.type = SHEAF_MEMBER_FILE};
  added->name = parent[0] ? sf_path_join(parent, name) : strdup(name);
  if (!added->name) return sf_no_memory(error);
  folder->count++;
  if (fstatat(fd, name, &facts, AT_SYMLINK_NOFOLLOW) != 0) {
    added->reason = errno;
    return SHEAF_OK;
  }
  added->type = type_of(facts.st_mode);
  added->modified = facts.st_mtim.tv_sec;
  if (added->type == SHEAF_MEMBER_FILE) added->size = (uint64_t)facts.st_size;
  return SHEAF_OK;
}

static bool is_dots(const char *name) {
  return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int list_stream(folder_reader *folder, DIR *stream, const char *parent,
                       int *reason, sheaf_error *error) {
  int code = SHEAF_OK;
  while (!code) {
    errno = 0;
    const struct dirent *found = readdir(stream);
    *reason = errno;
    if (!found) break;
    if (!is_dots(found->d_name))
      code = list_name(folder, dirfd(stream), parent, found->d_name, error);
  }
  return code;
}

// Adds what is in the folder `parent`. Where it cannot be read, `*reason`
// becomes an errno.
static int list_folder(folder_reader *folder, const char *parent, int *reason,
                       sheaf_error *error) {
  const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  int fd = parent[0] ? sf_open_beneath(folder->fd, parent, flags)
                     : openat(folder->fd, ".", flags);
  DIR *stream = fd < 0 ? NULL : fdopendir(fd);
  if (!stream) {
    *reason = errno;
    if (fd >= 0) close(fd);
    return SHEAF_OK;
  }
  int code = list_stream(folder, stream, parent, reason, error);
  closedir(stream);
  return code;
}

static int compare(const void *a, const void *b) {
  return strcmp(((const entry *)a)->name, ((const entry *)b)->name);
}

static void drop_folders(folder_reader *folder) {
  size_t kept = 0;
  for (size_t i = 0; i < folder->count; i++) {
    entry *each = &folder->entries[i];
    if (each->type == SHEAF_MEMBER_FOLDER && !each->reason)
      free(each->name);
    else
      folder->entries[kept++] = *each;
  }
  folder->count = kept;
}

// Breadth first: one folder is open at a time, however deep they are.
static int list_all(folder_reader *folder, sheaf_error *error) {
  int reason = 0;
  int code = list_folder(folder, "", &reason, error);
  if (!code && reason) {
    errno = reason;
    return sf_fail_errno(error, SHEAF_EOPEN, folder->source->path,
                         "cannot be listed");
  }
  for (size_t i = 0; i < folder->count && !code; i++) {
    if (folder->entries[i].type != SHEAF_MEMBER_FOLDER) continue;
    const char *name = folder->entries[i].name;
    code = list_folder(folder, name, &reason, error);
    folder->entries[i].reason = reason;
  }
  if (code) return code;
  drop_folders(folder);
  if (folder->count)
    qsort(folder->entries, folder->count, sizeof *folder->entries, compare);
  return SHEAF_OK;
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
  sf_file_close(folder->file);
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
  if (code) {
    close_folder(folder);
    return code;
  }
  *reader = folder;
  return SHEAF_OK;
}

// --- Stepping --------------------------------------------------------------

static int next(void *reader, sheaf_member *member, sheaf_error *error) {
  folder_reader *folder = reader;
  if (folder->next == folder->count) return SHEAF_END;
  const entry *each = &folder->entries[folder->next++];
  sheaf_bytes name = sf_bytes(each->name);
  *member = folder->member = (sheaf_member){.ordinal = folder->next,
                                            .type = each->type,
                                            .flags = sf_member_name_flags(name),
                                            .name = name,
                                            .size = each->size,
                                            .packed_size = each->size,
                                            .modified = each->modified};
  if (!each->reason) return SHEAF_OK;
  errno = each->reason;
  sf_fail_errno(error, SHEAF_EUNREADABLE, NULL,
                each->type == SHEAF_MEMBER_FOLDER ? "a folder that cannot be "
                                                    "listed"
                                                  : "cannot be examined");
  return sf_member_fail(folder->source, member, SHEAF_EUNREADABLE, error);
}

static int seek(void *reader, uint64_t ordinal, const sheaf_place *near,
                sheaf_error *error) {
  (void)near;
  folder_reader *folder = reader;
  if (ordinal > folder->count)
    return sf_member_missing(folder->source, ordinal, folder->count, error);
  folder->next = (size_t)ordinal - 1;
  return SHEAF_OK;
}

// --- Reading ---------------------------------------------------------------

static int open_member(folder_reader *folder, sheaf_error *error) {
  const char *name = folder->entries[folder->next - 1].name;
  sf_file_close(folder->file);
  folder->file = NULL;
  int fd = sf_open_beneath(folder->fd, name, O_RDONLY);
  if (fd < 0)
    return sf_fail_errno(error, SHEAF_EUNREADABLE, NULL, "cannot be opened");
  return sf_file_adopt(&folder->file, fd, name, error);
}

// What is wrong with one file says nothing of the others.
static int member_error(const folder_reader *folder, int code,
                        sheaf_error *error) {
  if (sheaf_code_scope(code) == SHEAF_SCOPE_BUNDLE) code = SHEAF_EUNREADABLE;
  return sf_member_fail(folder->source, &folder->member, code, error);
}

static int read_content(folder_reader *folder, sheaf_error *error) {
  int code = open_member(folder, error);
  if (code) return code;
  uint64_t size = sf_file_size(folder->file);
  code = sf_member_check_size(folder->source, size, "bytes", error);
  if (code) return code;
  folder->content.size = 0;
  char *out = sf_buffer_reserve(&folder->content, (size_t)size);
  if (!out) {
    sf_buffer_clear(&folder->content);
    return sf_no_memory(error);
  }
  code = sf_file_read(folder->file, 0, out, (size_t)size, error);
  if (!code) folder->content.size = (size_t)size;
  return code;
}

static int read_member(void *reader, sheaf_bytes *content, sheaf_error *error) {
  folder_reader *folder = reader;
  int code = read_content(folder, error);
  if (code) return member_error(folder, code, error);
  *content = sf_buffer_bytes(&folder->content);
  return SHEAF_OK;
}

static int stream(void *reader, sheaf_sink sink, void *context,
                  sheaf_error *error) {
  folder_reader *folder = reader;
  int code = open_member(folder, error);
  if (!code)
    code = sf_member_copy(folder->file, 0, sf_file_size(folder->file), sink,
                          context, error);
  return code ? member_error(folder, code, error) : SHEAF_OK;
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
