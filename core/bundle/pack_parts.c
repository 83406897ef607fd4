/// Packing: members too large to be held. Their parts are packed by all
/// threads, and make one stream of deflate data; where it ends is known at the
/// end, when the header is written over.
#include "bundle/pack.h"

static int write_header(sf_pack_parts *parts, sheaf_error *error) {
  parts->header.size = 0;
  sf_zip_write_local(&parts->header, &parts->entry, true);
  return parts->header.failed ? sf_no_memory(error) : SHEAF_OK;
}

int sf_pack_parts_begin(sf_pack_parts *parts, const sf_zip_entry *entry,
                        sheaf_error *error) {
  parts->entry = *entry;
  parts->entry.method = parts->stored ? SF_ZIP_STORED : SF_ZIP_DEFLATED;
  parts->entry.local = sf_pack_file_at(parts->file);
  parts->before.size = 0;
  parts->open = true;
  sf_sha256_init(&parts->sha);
  int code = write_header(parts, error);
  if (code) return code;
  return sf_pack_file_put(parts->file, sf_buffer_bytes(&parts->header), error);
}

// --- Parts -----------------------------------------------------------------

// Writes the oldest part under way. SHEAF_END when there is none.
static int write_part(sf_pack_parts *parts, sheaf_error *error) {
  const sf_deflate_job *job = sf_deflate_pool_take(parts->pool);
  if (!job) return SHEAF_END;
  if (job->content.failed || job->packed.failed) return sf_no_memory(error);
  parts->entry.packed_size += job->packed.size;
  return sf_pack_file_put(parts->file, sf_buffer_bytes(&job->packed), error);
}

// The next part may refer to the end of this one.
static void remember_end(sf_pack_parts *parts, sheaf_bytes part) {
  size_t size = part.size < SF_DEFLATE_WINDOW ? part.size : SF_DEFLATE_WINDOW;
  parts->before.size = 0;
  sf_buffer_append(&parts->before, part.data + part.size - size, size);
}

static int add_part(sf_pack_parts *parts, sheaf_bytes part, bool last,
                    sheaf_error *error) {
  int code = SHEAF_OK;
  if (parts->before.failed) return sf_no_memory(error);
  if (sf_deflate_pool_full(parts->pool)) code = write_part(parts, error);
  if (code) return code;
  sf_deflate_pool_add(parts->pool, last ? SF_DEFLATE_LAST : SF_DEFLATE_PART,
                      sf_buffer_bytes(&parts->before), part);
  remember_end(parts, part);
  return SHEAF_OK;
}

static int store(sf_pack_parts *parts, sheaf_bytes content,
                 sheaf_error *error) {
  parts->entry.packed_size += content.size;
  return sf_pack_file_put(parts->file, content, error);
}

int sf_pack_parts_add(sf_pack_parts *parts, sheaf_bytes content, bool last,
                      sheaf_error *error) {
  sf_zip_entry *entry = &parts->entry;
  int code = SHEAF_OK;
  entry->size += content.size;
  entry->crc32 = sf_crc32(entry->crc32, content.data, content.size);
  sf_sha256_update(&parts->sha, content.data, content.size);
  if (parts->stored) return store(parts, content, error);
  while (!code && content.size > SF_PACK_PART) {
    code = add_part(parts, (sheaf_bytes){content.data, SF_PACK_PART}, false,
                    error);
    content.data += SF_PACK_PART;
    content.size -= SF_PACK_PART;
  }
  return code ? code : add_part(parts, content, last, error);
}

// --- The end ---------------------------------------------------------------

int sf_pack_parts_end(sf_pack_parts *parts, char digest[SF_SHA256_HEX],
                      sheaf_error *error) {
  int code;
  do code = write_part(parts, error);
  while (!code);
  if (code != SHEAF_END) return code;
  code = write_header(parts, error);
  if (!code)
    code = sf_pack_file_patch(parts->file, parts->entry.local,
                              sf_buffer_bytes(&parts->header), error);
  sf_sha256_hex(&parts->sha, digest);
  if (!code) parts->open = false;
  return code;
}

int sf_pack_parts_drop(sf_pack_parts *parts, sheaf_error *error) {
  if (!parts->open) return SHEAF_OK;
  while (sf_deflate_pool_take(parts->pool)) continue;
  parts->open = false;
  return sf_pack_file_cut(parts->file, parts->entry.local, error);
}
