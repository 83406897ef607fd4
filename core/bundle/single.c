/// The format "file": one plain file, which is its only member.
#include <stdlib.h>
#include <string.h>

#include "bundle/bundle.h"

typedef struct {
  const sf_source *source;
  uint64_t next;
} single_reader;

static int bid(const sf_source *source, sheaf_bytes head) {
  (void)head;
  // Whatever no other format wants.
  return source->file ? 1 : 0;
}

static int open_single(void **reader, const sf_source *source,
                       sheaf_error *error) {
  single_reader *single = calloc(1, sizeof *single);
  if (!single) return sf_no_memory(error);
  *single = (single_reader){source, 1};
  *reader = single;
  return SHEAF_OK;
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static int next(void *reader, sheaf_member *member, sheaf_error *error) {
  (void)error;
  single_reader *single = reader;
  if (single->next > 1) return SHEAF_END;
  uint64_t size = sf_file_size(single->source->file);
  *member = (sheaf_member){.ordinal = 1,
                           .type = SHEAF_MEMBER_FILE,
                           .name = sf_bytes(base_name(single->source->path)),
                           .size = size,
                           .packed_size = size};
  single->next = 2;
  return SHEAF_OK;
}

static int seek(void *reader, uint64_t ordinal, sheaf_error *error) {
  single_reader *single = reader;
  if (ordinal > 1)
    return sf_fail(error, SHEAF_ENOMEMBER, single->source->path,
                   "a plain file is one member");
  single->next = 1;
  return SHEAF_OK;
}

static int read_single(void *reader, sheaf_bytes *content, sheaf_error *error) {
  const sf_source *source = ((single_reader *)reader)->source;
  uint64_t size = sf_file_size(source->file);
  int code = sf_member_check_size(source, sf_bytes(base_name(source->path)),
                                  size, error);
  if (code != SHEAF_OK) return code;
  return sf_file_view(source->file, 0, (size_t)size, content, error);
}

static int stream(void *reader, sheaf_sink sink, void *context,
                  sheaf_error *error) {
  const sf_source *source = ((single_reader *)reader)->source;
  uint32_t crc = 0;
  return sf_member_copy(source->file, 0, sf_file_size(source->file), sink,
                        context, &crc, error);
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
