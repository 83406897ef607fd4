/// Packing: what is known of members, in the zip's records and in
/// META-INF/sheaf.json.
#include <inttypes.h>

#include "bundle/pack.h"
#include "json/json.h"

static void put_text(sf_buffer *out, const char *key, sheaf_bytes text) {
  if (!text.size) return;
  sf_buffer_printf(out, ",\"%s\":", key);
  sf_json_string(out, text);
}

static void put_facts(sf_buffer *out, const sheaf_packed *about,
                      sheaf_bytes name) {
  sf_buffer_puts(out, "{\"name\":");
  sf_json_string(out, name);
  bool renamed = name.size != about->name.size ||
                 memcmp(name.data, about->name.data, name.size) != 0;
  if (renamed) put_text(out, "original_name", about->name);
  if (about->source) put_text(out, "source", sf_bytes(about->source));
  put_text(out, "media_type", about->media_type);
}

// What is known before the member is packed, and after that.
static void put_notes(sf_pack_member *member, const sheaf_packed *about) {
  put_facts(&member->note, about, sf_buffer_bytes(&member->name));
  if (about->metadata.size > 2) {
    sf_buffer_puts(&member->rest, ",\"metadata\":");
    sf_buffer_append(&member->rest, about->metadata.data, about->metadata.size);
  }
  sf_buffer_putc(&member->rest, '}');
}

int sf_pack_member_begin(sf_pack_member *member, sheaf_bytes name,
                         const sheaf_packed *about, bool listed,
                         sheaf_error *error) {
  member->name.size = member->extra.size = 0;
  member->note.size = member->rest.size = 0;
  sf_buffer_append(&member->name, name.data, name.size);
  sf_zip_put_time(&member->extra, about->modified);
  sf_zip_put_facts(&member->extra, about->media_type, about->metadata);
  member->dos_time = sf_zip_dos_time(about->modified);
  member->listed = listed;
  if (listed) put_notes(member, about);
  bool failed = member->name.failed || member->extra.failed ||
                member->note.failed || member->rest.failed;
  return failed ? sf_no_memory(error) : SHEAF_OK;
}

void sf_pack_member_clear(sf_pack_member *member) {
  sf_buffer_clear(&member->name);
  sf_buffer_clear(&member->extra);
  sf_buffer_clear(&member->note);
  sf_buffer_clear(&member->rest);
}

void sf_pack_member_doubt(sf_pack_member *member, const char *doubt) {
  if (doubt) put_text(&member->note, "doubt", sf_bytes(doubt));
}

sf_zip_entry sf_pack_member_entry(const sf_pack_member *member) {
  return (sf_zip_entry){.name = sf_buffer_bytes(&member->name),
                        .extra = sf_buffer_bytes(&member->extra),
                        .made_by = SF_ZIP_MADE_BY,
                        .flags = SF_ZIP_UTF8,
                        .dos_time = member->dos_time,
                        .attributes = (uint32_t)0100644 << 16};
}

static void begin_line(sf_spill *lines) {
  if (sf_spill_size(lines)) sf_buffer_puts(&lines->tail, ",\n");
}

void sf_pack_member_list(const sf_pack_member *member, uint64_t size,
                         const char *digest, sf_spill *index) {
  sf_buffer *out = &index->tail;
  if (!member->listed) return;
  begin_line(index);
  sf_buffer_append(out, member->note.data, member->note.size);
  sf_buffer_printf(out, ",\"size\":%" PRIu64 ",\"sha256\":\"%s\"", size,
                   digest);
  sf_buffer_append(out, member->rest.data, member->rest.size);
  out->failed |= member->note.failed;
}

void sf_pack_list_lost(const sheaf_packed *about, const sheaf_error *why,
                       sf_spill *lost) {
  sf_buffer *out = &lost->tail;
  begin_line(lost);
  put_facts(out, about, about->name);
  if (about->doubt) put_text(out, "doubt", sf_bytes(about->doubt));
  put_text(out, "code", sf_bytes(sheaf_code_slug(why->code)));
  put_text(out, "reason", sf_bytes(why->why));
  sf_buffer_putc(out, '}');
}
