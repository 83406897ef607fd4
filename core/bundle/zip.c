/// The format "zip".
#include "bundle/zip.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "text/text.h"

typedef struct {
  const sf_source *source;
  sf_zip_directory directory;
  sf_inflater *inflater;
  size_t next;          // Index of the entry that comes next.
  sf_zip_entry entry;   // The current one; its name is in `texts`.
  sheaf_member member;  // The same, as the caller sees it.
  sf_buffer texts;      // Of the current one.
  sf_buffer content;
} zip_reader;

// --- Opening ---------------------------------------------------------------

static bool begins(sheaf_bytes head, const char *signature) {
  return head.size >= 4 && memcmp(head.data, signature, 4) == 0;
}

// A Word document is a zip, too, but nobody thinks of it as a bundle.
static bool is_document(sf_file *file, sheaf_bytes head) {
  uint64_t size = sf_file_size(file);
  uint64_t tail = size < SF_MEDIA_TAIL ? size : SF_MEDIA_TAIL;
  sheaf_bytes end;
  return !sf_file_view(file, size - tail, (size_t)tail, &end, NULL) &&
         sf_media_is_zipped_document(head, end);
}

static int bid(const sf_source *source, sheaf_bytes head) {
  if (!source->file) return 0;
  if (begins(head, "PK\3\4") && is_document(source->file, head)) return 0;
  // An entry, the end of an empty zip, or the mark of one that was split.
  if (begins(head, "PK\3\4") || begins(head, "PK\5\6") ||
      begins(head, "PK\7\10"))
    return 90;
  // Anything may stand before a zip: a program that unpacks it does.
  return sf_zip_has_directory(source->file) ? 50 : 0;
}

static void close_zip(void *reader) {
  zip_reader *zip = reader;
  sf_zip_clear_directory(&zip->directory);
  sf_inflater_free(zip->inflater);
  sf_buffer_clear(&zip->texts);
  sf_buffer_clear(&zip->content);
  free(zip);
}

// That a file is cut off its last member says.
static void note_damage(const zip_reader *zip) {
  const sf_source *source = zip->source;
  if (!zip->directory.damaged || zip->directory.cut) return;
  sf_fail(source->flaw, SHEAF_EDAMAGED, source->path,
          "the zip's directory is damaged: the members are found without it");
}

static int open_zip(void **reader, const sf_source *source,
                    sheaf_error *error) {
  zip_reader *zip = calloc(1, sizeof *zip);
  if (!zip) return sf_no_memory(error);
  zip->source = source;
  int code = sf_inflater_new(&zip->inflater, error);
  if (!code) code = sf_zip_open_directory(&zip->directory, source->file, error);
  if (code) {
    close_zip(zip);
    return code;
  }
  note_damage(zip);
  *reader = zip;
  return SHEAF_OK;
}

// --- Stepping --------------------------------------------------------------

static int cut_error(const zip_reader *zip, sheaf_error *error) {
  uint64_t end = sf_file_size(zip->source->file);
  if (zip->entry.local == end)
    return sf_fail(error, SHEAF_ETRUNCATED, zip->source->path,
                   "the file is cut off at byte %" PRIu64
                   ": what followed, and the zip's directory, are lost",
                   end);
  sf_fail(error, SHEAF_ETRUNCATED, NULL,
          "the file is cut off at byte %" PRIu64
          ", within this member: it and what followed are lost",
          end);
  return sf_member_fail(zip->source, &zip->member, SHEAF_ETRUNCATED, error);
}

static int next(void *reader, sheaf_member *member, sheaf_error *error) {
  zip_reader *zip = reader;
  const sf_zip_directory *directory = &zip->directory;
  if (zip->next == directory->count) return SHEAF_END;
  zip->member = (sheaf_member){.name = {"", 0}, .ordinal = ++zip->next};
  zip->entry = (sf_zip_entry){.name = {"", 0}};
  *member = zip->member;
  int code = sf_zip_entry_at(directory, zip->next - 1, &zip->entry, error);
  // A record that was read, but does not make sense, has a name nevertheless.
  if (code && code != SHEAF_EDAMAGED) return code;
  sf_zip_describe(&zip->entry, &zip->texts, &zip->member);
  if (zip->texts.failed) return sf_no_memory(error);
  *member = zip->member;
  if (code) return sf_member_fail(zip->source, member, code, error);
  bool cut = directory->cut && zip->next == directory->count;
  return cut ? cut_error(zip, error) : SHEAF_OK;
}

static int seek(void *reader, uint64_t ordinal, const sheaf_place *near,
                sheaf_error *error) {
  (void)near;
  zip_reader *zip = reader;
  size_t count = zip->directory.count;
  if (ordinal > count)
    return sf_member_missing(zip->source, ordinal, count, error);
  zip->next = (size_t)ordinal - 1;
  return SHEAF_OK;
}

// --- Reading ---------------------------------------------------------------

static sf_zip_content content_of(zip_reader *zip) {
  return (sf_zip_content){zip->source, &zip->directory, zip->inflater,
                          zip->member.ordinal - 1, &zip->entry};
}

static int read_member(void *reader, sheaf_bytes *content, sheaf_error *error) {
  zip_reader *zip = reader;
  sf_zip_content from = content_of(zip);
  int code = sf_zip_read(&from, &zip->content, content, error);
  return code ? sf_member_fail(zip->source, &zip->member, code, error)
              : SHEAF_OK;
}

// Small members are read whole: faster, and checked before they are sent.
static bool is_small(const zip_reader *zip) {
  uint64_t small = (uint64_t)1 << 20;
  uint64_t limit = zip->source->options.max_document;
  if (limit < small) small = limit;
  return zip->entry.size <= small && zip->entry.packed_size <= small;
}

static int stream(void *reader, sheaf_sink sink, void *context,
                  sheaf_error *error) {
  zip_reader *zip = reader;
  if (is_small(zip)) {
    sheaf_bytes content;
    int code = read_member(reader, &content, error);
    return code ? code : sink(context, content.data, content.size);
  }
  sf_zip_content from = content_of(zip);
  int code = sf_zip_stream(&from, sink, context, error);
  return code ? sf_member_fail(zip->source, &zip->member, code, error)
              : SHEAF_OK;
}

const sf_format sf_format_zip = {
    .name = "zip",
    .bid = bid,
    .open = open_zip,
    .close = close_zip,
    .next = next,
    .seek = seek,
    .read = read_member,
    .stream = stream,
};
