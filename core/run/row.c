/// Writing rows as lines of the ledger and as entries.
#include "run/row.h"

#include <string.h>

#include "json/json.h"
#include "run/timing.h"
#include "run/wire.h"

#define SHEAF_X(name, text) [SHEAF_##name] = text,
static const char *const names[] = {SHEAF_STATUS_MAP(SHEAF_X)};
#undef SHEAF_X

const char *sheaf_status_name(sheaf_status status) {
  return (unsigned)status < SF_COUNT(names) ? names[status] : "unknown";
}

static void append_raw(sf_buffer *out, sheaf_bytes bytes) {
  sf_buffer_append(out, bytes.data, bytes.size);
}

/// A document's id is a C string in the plugin contract.
static void append_name(sf_buffer *out, sheaf_bytes name,
                        void (*append)(sf_buffer *, sheaf_bytes)) {
  const char *nul;
  while (name.size && (nul = memchr(name.data, 0, name.size))) {
    size_t size = (size_t)(nul - name.data);
    append(out, (sheaf_bytes){name.data, size});
    sf_buffer_puts(out, "\xef\xbf\xbd");
    name.data += size + 1;
    name.size -= size + 1;
  }
  append(out, name);
}

static void put_id(sf_buffer *out, const sf_row *row,
                   void (*append)(sf_buffer *, sheaf_bytes)) {
  if (row->id) {
    append(out, sf_bytes(row->id));
    return;
  }
  sf_buffer_put_number(out, row->bundle + 1);
  sf_buffer_putc(out, '/');
  sf_buffer_put_number(out, row->member);
  sf_buffer_putc(out, '/');
  append_name(out, row->name, append);
}

void sf_row_id(sf_buffer *out, const sf_row *row) {
  put_id(out, row, append_raw);
}

static void append_text(sf_buffer *out, const char *key, const char *text) {
  sf_buffer_puts(out, key);
  if (text)
    sf_json_string(out, sf_bytes(text));
  else
    sf_buffer_puts(out, "null");
}

static void append_reason(sf_buffer *out, sheaf_bytes reason) {
  sf_buffer_puts(out, ",\"reason\":");
  if (reason.data)
    sf_json_string(out, reason);
  else
    sf_buffer_puts(out, "null");
}

/// Whoever puts outputs together has to know where a document is in each.
static void append_sizes(sf_buffer *out, const sf_buffer *records,
                         size_t count) {
  sf_buffer_puts(out, ",\"outputs\":[");
  for (size_t i = 0; i < count; i++) {
    if (i) sf_buffer_putc(out, ',');
    sf_buffer_put_number(out, records[i].size);
  }
  sf_buffer_putc(out, ']');
}

void sf_row_line(sf_buffer *out, const sf_row *row, const sf_buffer *records,
                 size_t count) {
  sf_buffer_puts(out, "{\"id\":\"");
  put_id(out, row, sf_json_part);
  sf_buffer_putc(out, '"');
  append_text(out, ",\"bundle\":", row->path);
  sf_buffer_puts(out, ",\"member\":");
  sf_json_string(out, row->name);
  append_text(out, ",\"status\":", sheaf_status_name(row->status));
  append_reason(out, row->reason);
  append_text(out, ",\"code\":", row->code ? sheaf_code_slug(row->code) : NULL);
  append_text(out, ",\"plugin\":", row->plugin);
  sf_buffer_puts(out, ",\"ms\":");
  sf_put_thousandths(out, row->microseconds);
  sf_buffer_puts(out, ",\"bytes_in\":");
  sf_buffer_put_number(out, row->bytes_in);
  sf_buffer_puts(out, ",\"bytes_out\":");
  sf_buffer_put_number(out, row->bytes_out);
  if (row->hint && row->hint[0]) append_text(out, ",\"hint\":", row->hint);
  if (count > 1) append_sizes(out, records, count);
  sf_buffer_puts(out, "}\n");
}

void sf_entry_write(sf_buffer *out, const sf_row *row, const sf_buffer *records,
                    size_t count) {
  sf_put_u64(out, row->member);
  sf_put_u8(out, (uint8_t)row->status);
  sf_put_u64(out, row->bytes_in);
  sf_put_u64(out, row->bytes_out);
  size_t line = sf_bytes_begin(out);
  sf_row_line(out, row, records, count);
  sf_bytes_end(out, line);
  for (size_t i = 0; i < count; i++)
    sf_put_bytes(out, sf_buffer_bytes(&records[i]));
}

/// True when `packed` is `outputs` records, or none.
static bool records_fit(sheaf_bytes packed, size_t outputs) {
  if (!packed.size) return true;
  sf_unpack from = {packed, false};
  for (size_t i = 0; i < outputs; i++) sf_get_bytes(&from);
  return sf_unpack_whole(&from);
}

int sf_entry_read(sf_entry *entry, sheaf_bytes packed, size_t outputs) {
  sf_unpack from = {packed, false};
  entry->member = sf_get_u64(&from);
  uint8_t status = sf_get_u8(&from);
  entry->bytes_in = sf_get_u64(&from);
  entry->bytes_out = sf_get_u64(&from);
  entry->line = sf_get_bytes(&from);
  entry->records = from.rest;
  if (from.failed || status >= SHEAF_STATUS_COUNT || !entry->line.size ||
      !records_fit(entry->records, outputs))
    return SHEAF_EDAMAGED;
  entry->status = (sheaf_status)status;
  return SHEAF_OK;
}

// --- Units -----------------------------------------------------------------

void sf_unit_add(sf_buffer *out, const sf_row *row, const sf_buffer *records,
                 size_t count) {
  size_t at = sf_bytes_begin(out);
  sf_entry_write(out, row, records, count);
  sf_bytes_end(out, at);
}

int sf_unit_next(sheaf_bytes *unit, sf_entry *entry, size_t outputs) {
  if (!unit->size) return SHEAF_END;
  sf_unpack from = {*unit, false};
  sheaf_bytes packed = sf_get_bytes(&from);
  if (from.failed) return SHEAF_EDAMAGED;
  *unit = from.rest;
  return sf_entry_read(entry, packed, outputs);
}

int sf_unit_check(sheaf_bytes unit, size_t outputs, uint64_t *member,
                  uint64_t *count) {
  sf_entry entry;
  int code;
  for (*count = 0; !(code = sf_unit_next(&unit, &entry, outputs)); ++*count) {
    if (*count && entry.member != *member) return SHEAF_EDAMAGED;
    *member = entry.member;
  }
  return code == SHEAF_END && *count ? SHEAF_OK : SHEAF_EDAMAGED;
}
