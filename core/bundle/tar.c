/// The format "tar".
#include "bundle/tar.h"

#include <inttypes.h>
#include <stdlib.h>

#include "json/json.h"

#define EMPTY_MOST ((uint64_t)64 << 10)  // Bytes of an archive without entries.

typedef struct {
  const sf_source *source;
  uint64_t at;       // Where the next entry begins.
  uint64_t ordinal;  // Of the current one; 0 before the first.
  sf_tar_entry entry;
  sheaf_member member;  // The same, as the caller sees it.
  sf_buffer metadata;
  sf_buffer content;
  bool whole;  // The current member could be described.
} tar_reader;

// --- Opening ---------------------------------------------------------------

// An archive of nothing is zeros and no more, in whole blocks.
static bool is_empty_archive(sf_file *file) {
  uint64_t size = sf_file_size(file);
  sheaf_bytes all;
  if (size < SF_TAR_BLOCK || size > EMPTY_MOST || size % SF_TAR_BLOCK != 0 ||
      sf_file_view(file, 0, (size_t)size, &all, NULL))
    return false;
  return all.data[0] == '\0' && memcmp(all.data, all.data + 1, size - 1) == 0;
}

static int bid(const sf_source *source, sheaf_bytes head) {
  if (!source->file || head.size < SF_TAR_BLOCK) return 0;
  if (sf_tar_is_header(head.data)) return 80;
  if (sf_tar_has_magic(head.data)) return 40;  // Damaged, or a text about it.
  return is_empty_archive(source->file) ? 20 : 0;
}

static int open_tar(void **reader, const sf_source *source,
                    sheaf_error *error) {
  tar_reader *tar = calloc(1, sizeof *tar);
  if (!tar) return sf_no_memory(error);
  tar->source = source;
  *reader = tar;
  return SHEAF_OK;
}

static void close_tar(void *reader) {
  tar_reader *tar = reader;
  sf_tar_clear_entry(&tar->entry);
  sf_buffer_clear(&tar->metadata);
  sf_buffer_clear(&tar->content);
  free(tar);
}

// --- Stepping --------------------------------------------------------------

// Old tars mark a folder by the slash that its name ends in. What calls itself
// a folder so and has content is shown, not hidden.
static sheaf_member_type type_of(const sf_tar_entry *entry) {
  const sf_buffer *name = &entry->name;
  bool slash = name->size > 0 && name->data[name->size - 1] == '/';
  switch (entry->type) {
    case '1':
    case '2':
      return SHEAF_MEMBER_LINK;
    case '3':
    case '4':
    case '6':
      return SHEAF_MEMBER_SPECIAL;
    case '5':
    case 'D':
      return SHEAF_MEMBER_FOLDER;
    default:
      return slash && entry->size == 0 ? SHEAF_MEMBER_FOLDER
                                       : SHEAF_MEMBER_FILE;
  }
}

// What a link leads to is told, never followed.
static int describe_link(tar_reader *tar, sheaf_error *error) {
  sf_buffer *metadata = &tar->metadata;
  metadata->size = 0;
  if (tar->member.type != SHEAF_MEMBER_LINK) return SHEAF_OK;
  sf_buffer_puts(metadata, "{\"link\":");
  sf_json_string(metadata, sf_buffer_bytes(&tar->entry.link));
  sf_buffer_putc(metadata, '}');
  tar->member.metadata = sf_buffer_bytes(metadata);
  return metadata->failed ? sf_no_memory(error) : SHEAF_OK;
}

static int describe(tar_reader *tar, sheaf_error *error) {
  const sf_tar_entry *entry = &tar->entry;
  sheaf_bytes name = sf_buffer_bytes(&entry->name);
  tar->member = (sheaf_member){
      .ordinal = tar->ordinal,
      .type = type_of(entry),
      .flags = name.size ? sf_member_name_flags(name) : 0,
      .name = name.size ? name : (sheaf_bytes){"", 0},
      .size = entry->size,
      .packed_size = entry->packed_size,
      .offset = entry->offset,
      .modified = entry->modified,
  };
  return describe_link(tar, error);
}

// Takes the next entry, which an error of document scope may have cost.
static int step(tar_reader *tar, sheaf_error *error) {
  int code = sf_tar_read_entry(tar->source, tar->at, &tar->entry, error);
  if (code == SHEAF_END ||
      (code && code != SHEAF_EDAMAGED && code != SHEAF_ETRUNCATED))
    return code;
  tar->ordinal++;
  tar->at = tar->entry.end;
  tar->whole = !code;
  return code;
}

// Blocks of zeros end a tar: where there are none, it may have been longer.
static void note_end(const tar_reader *tar) {
  const sf_source *source = tar->source;
  if (tar->whole && tar->at >= sf_file_size(source->file))
    sf_fail(source->flaw, SHEAF_ETRUNCATED, source->path,
            "the zeros that end a tar are missing: more may have followed");
}

static int next(void *reader, sheaf_member *member, sheaf_error *error) {
  tar_reader *tar = reader;
  uint64_t ordinal = tar->ordinal;
  int code = step(tar, error);
  if (code == SHEAF_END) note_end(tar);
  if (tar->ordinal == ordinal) return code;
  sheaf_error failure;
  int described = describe(tar, &failure);
  if (described) {
    *error = failure;
    return described;
  }
  *member = tar->member;
  return code ? sf_member_fail(tar->source, member, code, error) : SHEAF_OK;
}

static int seek(void *reader, uint64_t ordinal, const sheaf_place *near,
                sheaf_error *error) {
  tar_reader *tar = reader;
  if (near) {
    tar->ordinal = near->ordinal - 1;
    tar->at = near->offset;
  } else if (tar->ordinal >= ordinal) {
    tar->ordinal = tar->at = 0;
  }
  while (tar->ordinal + 1 < ordinal) {
    uint64_t before = tar->ordinal;
    int code = step(tar, error);
    if (code == SHEAF_END)
      return sf_member_missing(tar->source, ordinal, before, error);
    if (tar->ordinal == before) return code;
  }
  return SHEAF_OK;
}

// --- Reading ---------------------------------------------------------------

static int read_member(void *reader, sheaf_bytes *content, sheaf_error *error) {
  tar_reader *tar = reader;
  int code =
      sf_tar_read(tar->source, &tar->entry, &tar->content, content, error);
  return code ? sf_member_fail(tar->source, &tar->member, code, error)
              : SHEAF_OK;
}

static int stream(void *reader, sheaf_sink sink, void *context,
                  sheaf_error *error) {
  tar_reader *tar = reader;
  int code = sf_tar_stream(tar->source, &tar->entry, sink, context, error);
  return code ? sf_member_fail(tar->source, &tar->member, code, error)
              : SHEAF_OK;
}

static uint64_t end(void *reader) {
  return ((const tar_reader *)reader)->entry.end;
}

const sf_format sf_format_tar = {
    .name = "tar",
    .bid = bid,
    .open = open_tar,
    .close = close_tar,
    .next = next,
    .end = end,
    .seek = seek,
    .read = read_member,
    .stream = stream,
};
