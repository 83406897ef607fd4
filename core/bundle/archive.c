/// The format "archive": what libarchive reads and nothing else here does:
/// 7z, rar, cpio, iso, cab, ar, lha and xar.
///
/// Its entries can only be stepped through. It is the last resort: a damaged
/// archive ends where libarchive gives up. Where it crashes or does not come to
/// an end that costs the entry, a few times.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bundle/bundle.h"

#define PIECE    ((size_t)64 << 10)
#define KEPT     ((size_t)8 << 20)
#define ISO_MARK UINT64_C(32769)
#define DEATHS   3  // Of libarchive; then the rest is given up.

typedef struct {
  const sf_source *source;
  sf_isolate *archive;
  unsigned deaths;
  uint64_t current;     // The ordinal of the entry that was delivered last.
  uint64_t next;        // The one to be delivered next.
  uint64_t stuck;       // Where an entry failed last; 0: nowhere.
  sheaf_member member;  // The current one.
  sf_archive_entry entry;
  uint64_t offset;  // Of its header.
  sf_buffer name;
  sf_buffer content;
  bool whole;  // The content is that of the current entry, all of it.
  bool used;   // Some of it was read past.
  bool ended;  // Nothing can be found any more.
} archive_reader;

// --- Opening ---------------------------------------------------------------

static bool is_iso(sf_file *file) {
  sheaf_bytes mark;
  return sf_file_size(file) > ISO_MARK + 5 &&
         !sf_file_view(file, ISO_MARK, 5, &mark, NULL) &&
         !memcmp(mark.data, "CD001", 5);
}

static bool is_lha(sheaf_bytes head) {
  return head.size > 21 && !memcmp(head.data + 2, "-lh", 3) &&
         head.data[6] == '-';
}

static int bid(const sf_source *source, sheaf_bytes head) {
  static const struct {
    const char *magic;
    size_t size;
  } magics[] = {{"7z\xBC\xAF\x27\x1C", 6},
                {"Rar!\x1A\x07", 6},
                {"070701", 6},
                {"070702", 6},
                {"070707", 6},
                {"\xC7\x71", 2},
                {"\x71\xC7", 2},
                {"MSCF\0\0\0\0", 8},
                {"xar!\0", 5},
                {"!<arch>\n", 8}};
  if (!source->file) return 0;
  for (size_t i = 0; i < SF_COUNT(magics); i++)
    if (head.size >= magics[i].size &&
        !memcmp(head.data, magics[i].magic, magics[i].size))
      return 30;
  return is_lha(head) || is_iso(source->file) ? 30 : 0;
}

static int begin(archive_reader *reader, sheaf_error *error) {
  sf_isolate_close(reader->archive);
  reader->archive = NULL;
  reader->current = reader->stuck = 0;
  reader->whole = reader->used = reader->ended = false;
  return sf_isolate_open(&reader->archive, reader->source->file,
                         SF_ARCHIVE_ENTRIES, reader->source->isolation, error);
}

static void close_archive(void *state) {
  archive_reader *reader = state;
  sf_isolate_close(reader->archive);
  sf_buffer_clear(&reader->name);
  sf_buffer_clear(&reader->content);
  free(reader);
}

static int open_archive(void **out, const sf_source *source,
                        sheaf_error *error) {
  archive_reader *reader = calloc(1, sizeof *reader);
  if (!reader) return sf_no_memory(error);
  reader->source = source;
  reader->next = 1;
  int code = begin(reader, error);
  if (code) {
    close_archive(reader);
    return code;
  }
  *out = reader;
  return SHEAF_OK;
}

// --- Stepping --------------------------------------------------------------

static sheaf_member_type type_of(const sf_archive_entry *entry) {
  if (entry->link || S_ISLNK(entry->mode)) return SHEAF_MEMBER_LINK;
  if (S_ISDIR(entry->mode)) return SHEAF_MEMBER_FOLDER;
  // Some formats have no types at all.
  if (S_ISREG(entry->mode) || entry->mode == 0) return SHEAF_MEMBER_FILE;
  return SHEAF_MEMBER_SPECIAL;
}

static int describe(archive_reader *reader, sheaf_error *error) {
  const sf_archive_entry *entry = &reader->entry;
  sf_buffer *name = &reader->name;
  name->size = 0;
  sf_buffer_append(name, entry->name.data, entry->name.size);
  if (name->failed) return sf_no_memory(error);
  reader->member = (sheaf_member){
      .ordinal = reader->current,
      .type = type_of(entry),
      .flags = sf_member_name_flags(sf_buffer_bytes(name)) |
               (entry->encrypted ? SHEAF_MEMBER_ENCRYPTED : 0),
      .name = sf_buffer_bytes(name),
      .size = entry->size,
      .offset = reader->offset,
      .modified = entry->modified,
  };
  return SHEAF_OK;
}

// The library may fail in the same place for ever.
static bool is_stuck(archive_reader *reader, int code) {
  uint64_t at = code ? reader->offset : 0;
  bool is = at > 0 && at == reader->stuck;
  reader->stuck = at;
  return is;
}

// Steps to the entry behind the current one.
static int step(archive_reader *reader, sheaf_error *error) {
  if (reader->ended) return SHEAF_END;
  int code =
      sf_isolate_next(reader->archive, &reader->entry, &reader->offset, error);
  if (code == SHEAF_END || is_stuck(reader, code)) {
    reader->ended = true;
    return SHEAF_END;
  }
  reader->current++;
  reader->whole = reader->used = false;
  reader->ended = reader->entry.last;
  int failed = describe(reader, error);
  return failed ? failed : code;
}

// Finds the entry again that was the current one, from the beginning.
static int find_again(archive_reader *reader, sheaf_error *error) {
  uint64_t wanted = reader->current;
  int code = begin(reader, error);
  while (!code && reader->current < wanted) {
    code = step(reader, error);
    bool passed = code && sheaf_code_scope(code) == SHEAF_SCOPE_DOCUMENT &&
                  reader->current < wanted;
    if (passed && !sf_isolate_dead(reader->archive)) code = SHEAF_OK;
  }
  if (code != SHEAF_END) return code;
  return sf_fail(error, SHEAF_EREAD, reader->source->path,
                 "it was changed while it was being read");
}

// The library died while it read the entry that is the current one. What it
// dies on once more, on its way there or behind, is the last there is.
static int revive(archive_reader *reader, sheaf_error *error) {
  uint64_t current = reader->current;
  int code = SHEAF_OK;
  if (++reader->deaths > DEATHS)
    code = sf_fail(error, SHEAF_EDAMAGED, NULL,
                   "libarchive, which reads it, crashed or stalled %d times: "
                   "the rest is left out",
                   DEATHS);
  else
    code = find_again(reader, error);
  if (!code) return code;
  reader->ended = true;
  reader->current = current + 1;
  reader->entry = (sf_archive_entry){.name = {"", 0}};
  int failed = describe(reader, error);
  return failed ? failed : code;
}

// Where the library died within the current entry it begins anew.
static int step_on(archive_reader *reader, sheaf_error *error) {
  bool dead = !reader->ended && sf_isolate_dead(reader->archive);
  int code = dead ? revive(reader, error) : SHEAF_OK;
  return code ? code : step(reader, error);
}

static int next(void *state, sheaf_member *member, sheaf_error *error) {
  archive_reader *reader = state;
  int code = SHEAF_OK;
  do {
    code = step_on(reader, error);
    if (code == SHEAF_END) return code;
    if (code && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT) return code;
  } while (reader->current < reader->next);
  reader->next = reader->current + 1;
  *member = reader->member;
  return code ? sf_member_fail(reader->source, member, code, error) : SHEAF_OK;
}

static int seek(void *state, uint64_t ordinal, const sheaf_place *near,
                sheaf_error *error) {
  archive_reader *reader = state;
  (void)near;
  reader->next = ordinal;
  return ordinal > reader->current ? SHEAF_OK : begin(reader, error);
}

// --- Reading ---------------------------------------------------------------

static int fail(const archive_reader *reader, int code, sheaf_error *error) {
  return sf_member_fail(reader->source, &reader->member, code, error);
}

// What was read past is found again.
static int prepare(archive_reader *reader, sheaf_error *error) {
  int code = reader->used ? find_again(reader, error) : SHEAF_OK;
  reader->used = true;
  if (code || !reader->entry.encrypted) return code;
  return sf_fail(error, SHEAF_EUNSUPPORTED, NULL, "it is encrypted");
}

static int read_all(archive_reader *reader, sheaf_error *error) {
  sf_buffer *content = &reader->content;
  uint64_t limit = reader->source->options.max_document;
  size_t got = 0;
  if (content->capacity > KEPT) sf_buffer_clear(content);
  content->size = 0;
  int code = SHEAF_OK;
  while (!code) {
    char *room = sf_buffer_reserve(content, PIECE);
    if (!room) return sf_no_memory(error);
    code = sf_isolate_read(reader->archive, room, PIECE, &got, error);
    content->size += got;
    if (!code && content->size > limit)
      code = sf_member_check_size(reader->source, content->size,
                                  "bytes or more", error);
  }
  return code == SHEAF_END ? SHEAF_OK : code;
}

static int read_member(void *state, sheaf_bytes *content, sheaf_error *error) {
  archive_reader *reader = state;
  int code = SHEAF_OK;
  if (!reader->whole) {
    code = sf_member_check_size(reader->source, reader->member.size, "bytes",
                                error);
    if (!code) code = prepare(reader, error);
    if (!code) code = read_all(reader, error);
  }
  if (code) return fail(reader, code, error);
  reader->whole = true;
  *content = sf_buffer_bytes(&reader->content);
  return SHEAF_OK;
}

static int stream(void *state, sheaf_sink sink, void *context,
                  sheaf_error *error) {
  archive_reader *reader = state;
  char piece[PIECE];
  size_t got;
  if (reader->whole)
    return sink(context, reader->content.data, reader->content.size);
  int code = prepare(reader, error);
  while (!code) {
    code = sf_isolate_read(reader->archive, piece, sizeof piece, &got, error);
    int answer = got ? sink(context, piece, got) : 0;
    if (answer) return answer;
  }
  return code == SHEAF_END ? SHEAF_OK : fail(reader, code, error);
}

const sf_format sf_format_archive = {
    .name = "archive",
    .bid = bid,
    .open = open_archive,
    .close = close_archive,
    .next = next,
    .seek = seek,
    .read = read_member,
    .stream = stream,
};
