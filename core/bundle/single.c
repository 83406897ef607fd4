/// The format "file": one plain file, which is its only member.
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bundle/bundle.h"

typedef struct {
  const sf_source *source;
  uint64_t next;
  sheaf_member member;
} single_reader;

// Takes whatever no other format wants.
static int bid(const sf_source *source, sheaf_bytes head) {
  (void)head;
  return source->file ? 1 : 0;
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

// What is within compression is called as the file is, without its ending.
static sheaf_bytes inner_name(const sf_source *source) {
  static const char *const endings[] = {".gz",  ".gzip", ".zst", ".xz",
                                        ".bz2", ".lz4",  ".lz",  ".Z"};
  sheaf_bytes name = sf_bytes(base_name(source->path));
  for (size_t i = 0; source->layers && i < SF_COUNT(endings); i++) {
    size_t size = strlen(endings[i]);
    if (name.size > size &&
        !memcmp(name.data + name.size - size, endings[i], size))
      name.size -= size;
  }
  return name;
}

// A name that promises more than there is tells of a damage that goes deep. But
// a jsonl of no lines is one.
static void note_name(const sf_source *source) {
  static const char *const endings[] = {"zip",  "tar", "tgz",  "gz",
                                        "xz",   "bz2", "zst",  "7z",
                                        "warc", "rar", "jsonl"};
  const char *dot = strrchr(base_name(source->path), '.');
  if (!dot || source->layers || source->options.format) return;
  bool empty = sf_file_size(source->file) == 0;
  for (size_t i = 0; i < SF_COUNT(endings); i++)
    if (strcasecmp(dot + 1, endings[i]) == 0 &&
        !(empty && strcmp(endings[i], "jsonl") == 0))
      sf_fail(source->flaw, SHEAF_EFORMAT, source->path,
              "its name says %s, yet %s: it is taken for one document",
              endings[i], empty ? "it is empty" : "it is none");
}

static int open_single(void **reader, const sf_source *source,
                       sheaf_error *error) {
  single_reader *single = calloc(1, sizeof *single);
  if (!single) return sf_no_memory(error);
  note_name(source);
  uint64_t size = sf_file_size(source->file);
  sheaf_bytes name = inner_name(source);
  single->source = source;
  single->next = 1;
  single->member = (sheaf_member){.ordinal = 1,
                                  .type = SHEAF_MEMBER_FILE,
                                  .flags = sf_member_name_flags(name),
                                  .name = name,
                                  .size = size,
                                  .packed_size = size,
                                  .modified = sf_file_modified(source->file)};
  *reader = single;
  return SHEAF_OK;
}

static int next(void *reader, sheaf_member *member, sheaf_error *error) {
  (void)error;
  single_reader *single = reader;
  if (single->next > 1) return SHEAF_END;
  single->next = 2;
  *member = single->member;
  return SHEAF_OK;
}

static int seek(void *reader, uint64_t ordinal, const sheaf_place *near,
                sheaf_error *error) {
  (void)near;
  single_reader *single = reader;
  if (ordinal > 1) return sf_member_missing(single->source, ordinal, 1, error);
  single->next = ordinal;
  return SHEAF_OK;
}

static int read_single(void *reader, sheaf_bytes *content, sheaf_error *error) {
  const single_reader *single = reader;
  uint64_t size = single->member.size;
  int code = sf_member_check_size(single->source, size, "bytes", error);
  if (code) return code;
  return sf_file_view(single->source->file, 0, (size_t)size, content, error);
}

static int stream(void *reader, sheaf_sink sink, void *context,
                  sheaf_error *error) {
  const single_reader *single = reader;
  return sf_member_copy(single->source->file, 0, single->member.size, sink,
                        context, error);
}

const sf_format sf_format_single = {
    .name = "file",
    .bid = bid,
    .open = open_single,
    .close = free,
    .next = next,
    .seek = seek,
    .read = read_single,
    .stream = stream,
};
