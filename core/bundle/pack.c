/// Packing a zip file: members one after the other, then what is known of
/// them, then the directory. The same input gives the same bytes.
///
/// Small members are packed whole, several at the same time; a large one is
/// packed in parts, alone.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle/pack.h"

enum { BYTES_UNDER_WAY = 64 << 20 };  ///< Of contents that are being packed.

struct sheaf_packer {
  sheaf_pack_options options;
  sf_pack_file file;
  sf_deflate_pool *pool;
  sf_pack_member *pending;  ///< Of the whole members in the pool, a ring.
  size_t oldest, under_way;
  uint64_t bytes;      ///< Of their contents.
  sf_spill directory;  ///< The records of the members so far.
  uint64_t count;
  sf_bag names;          ///< Those that are taken.
  sf_spill index, lost;  ///< Lines of META-INF/sheaf.json.

  // The member that is being added.
  bool adding;
  sf_pack_member member;
  sf_buffer name;
  size_t names_before;  ///< Those that were taken before it.
  sf_buffer held;       ///< What the pool does not have yet.
  sf_pack_parts parts;  ///< Open: it is a large one.
};

// --- Opening and closing ---------------------------------------------------

static void *resize(void *context, void *block, size_t old_size,
                    size_t new_size) {
  (void)context;
  (void)old_size;
  if (new_size) return realloc(block, new_size);
  free(block);
  return NULL;
}

static int open_pool(sheaf_packer *packer, sheaf_error *error) {
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  size_t threads = packer->options.threads;
  if (!threads) threads = processors > 0 ? (size_t)processors : 1;
  int code =
      sf_deflate_pool_new(&packer->pool, packer->options.level, threads, error);
  if (code) return code;
  packer->parts = (sf_pack_parts){.file = &packer->file,
                                  .pool = packer->pool,
                                  .stored = packer->options.level == 0};
  packer->pending =
      calloc(sf_deflate_pool_room(packer->pool), sizeof *packer->pending);
  return packer->pending ? SHEAF_OK : sf_no_memory(error);
}

// No member can have the name of the index.
static int reserve_names(sheaf_packer *packer, sheaf_error *error) {
  sheaf_bytes index = sf_bytes(SF_PACK_INDEX);
  sf_bag_key key = sf_bag_key_of(index, index.size);
  size_t number;
  sf_bag_init(&packer->names, (sf_memory){resize, NULL});
  return sf_bag_add(&packer->names, &key, &number) ? sf_no_memory(error)
                                                   : SHEAF_OK;
}

int sheaf_packer_new(sheaf_packer **out, const char *path,
                     const sheaf_pack_options *options, sheaf_error *error) {
  sheaf_packer *packer = calloc(1, sizeof *packer);
  *out = NULL;
  if (!packer) return sf_no_memory(error);
  packer->options = (sheaf_pack_options)SHEAF_PACK_OPTIONS_INIT;
  if (options)
    memcpy(&packer->options, options,
           options->size < sizeof *options ? options->size : sizeof *options);
  sf_spill_init(&packer->directory);
  sf_spill_init(&packer->index);
  sf_spill_init(&packer->lost);
  int code =
      sf_pack_file_open(&packer->file, path, packer->options.replace, error);
  if (!code) code = reserve_names(packer, error);
  if (!code) code = open_pool(packer, error);
  if (code) {
    sheaf_packer_free(packer);
    return code;
  }
  *out = packer;
  return SHEAF_OK;
}

void sheaf_packer_free(sheaf_packer *packer) {
  if (!packer) return;
  for (size_t i = 0; packer->pending && i < sf_deflate_pool_room(packer->pool);
       i++)
    sf_pack_member_clear(&packer->pending[i]);
  free(packer->pending);
  sf_deflate_pool_free(packer->pool);
  sf_pack_file_clear(&packer->file);
  sf_pack_member_clear(&packer->member);
  sf_bag_clear(&packer->names);
  sf_spill_clear(&packer->directory);
  sf_spill_clear(&packer->index);
  sf_spill_clear(&packer->lost);
  sf_buffer_clear(&packer->name);
  sf_buffer_clear(&packer->held);
  sf_buffer_clear(&packer->parts.before);
  sf_buffer_clear(&packer->parts.header);
  free(packer);
}

// --- Whole members ---------------------------------------------------------

// The member is in the file: it gets its places in the lists.
static int list_member(sheaf_packer *packer, const sf_pack_member *member,
                       const sf_zip_entry *entry, const char *digest,
                       sheaf_error *error) {
  sf_pack_member_list(member, entry->size, digest, &packer->index);
  sf_zip_write_central(&packer->directory.tail, entry);
  packer->count++;
  int code = sf_spill_settle(&packer->index, error);
  return code ? code : sf_spill_settle(&packer->directory, error);
}

// Writes the oldest member that is being packed, once it is.
static int write_oldest(sheaf_packer *packer, sheaf_error *error) {
  const sf_pack_member *member = &packer->pending[packer->oldest];
  const sf_deflate_job *job = sf_deflate_pool_take(packer->pool);
  const sf_buffer *packed = job->packed.size ? &job->packed : &job->content;
  sf_zip_entry entry = sf_pack_member_entry(member);
  packer->oldest = (packer->oldest + 1) % sf_deflate_pool_room(packer->pool);
  packer->under_way--;
  packer->bytes -= job->content.size;
  if (job->content.failed) return sf_no_memory(error);
  entry.method = job->packed.size ? SF_ZIP_DEFLATED : SF_ZIP_STORED;
  entry.crc32 = job->crc32;
  entry.packed_size = packed->size;
  entry.size = job->content.size;
  entry.local = sf_pack_file_at(&packer->file);
  sf_zip_write_local(&packer->file.out, &entry, false);
  int code = sf_pack_file_put(&packer->file, sf_buffer_bytes(packed), error);
  return code ? code : list_member(packer, member, &entry, job->digest, error);
}

static int write_pending(sheaf_packer *packer, sheaf_error *error) {
  int code = SHEAF_OK;
  while (packer->under_way && !code) code = write_oldest(packer, error);
  return code;
}

// Hands the member, all of which is held, to the pool.
static int add_whole(sheaf_packer *packer, sheaf_error *error) {
  int code = SHEAF_OK;
  while (
      !code && packer->under_way &&
      (sf_deflate_pool_full(packer->pool) || packer->bytes > BYTES_UNDER_WAY))
    code = write_oldest(packer, error);
  if (code) return code;
  size_t place =
      (packer->oldest + packer->under_way) % sf_deflate_pool_room(packer->pool);
  sf_pack_member used = packer->pending[place];
  packer->pending[place] = packer->member;
  packer->member = used;
  sf_deflate_pool_add(packer->pool, SF_DEFLATE_WHOLE, (sheaf_bytes){"", 0},
                      sf_buffer_bytes(&packer->held));
  packer->under_way++;
  packer->bytes += packer->held.size;
  return SHEAF_OK;
}

// --- Large members ---------------------------------------------------------

// The member turns out to be large, or goes on: what is held goes its way.
static int add_held(sheaf_packer *packer, bool last, sheaf_error *error) {
  sf_zip_entry entry = sf_pack_member_entry(&packer->member);
  int code = SHEAF_OK;
  if (!packer->parts.open) {
    code = write_pending(packer, error);
    if (!code) code = sf_pack_parts_begin(&packer->parts, &entry, error);
  }
  if (!code)
    code = sf_pack_parts_add(&packer->parts, sf_buffer_bytes(&packer->held),
                             last, error);
  packer->held.size = 0;
  return code;
}

static int end_large(sheaf_packer *packer, sheaf_error *error) {
  char digest[SF_SHA256_HEX];
  int code = add_held(packer, true, error);
  if (!code) code = sf_pack_parts_end(&packer->parts, digest, error);
  if (code) return code;
  return list_member(packer, &packer->member, &packer->parts.entry, digest,
                     error);
}

// --- Members ---------------------------------------------------------------

static int misused(const sheaf_packer *packer, sheaf_error *error) {
  return sf_fail(error, SHEAF_EINVAL, packer->file.path,
                 packer->adding ? "a member is being added already"
                                : "no member is being added");
}

// Begins a member that goes under `name`, whatever it is called in `about`.
static int begin(sheaf_packer *packer, sheaf_bytes name,
                 const sheaf_packed *about, bool listed, sheaf_error *error) {
  packer->held.size = 0;
  packer->adding = true;
  return sf_pack_member_begin(&packer->member, name, about, listed, error);
}

int sheaf_packer_begin(sheaf_packer *packer, const sheaf_packed *about,
                       sheaf_error *error) {
  if (packer->adding) return misused(packer, error);
  packer->names_before = packer->names.count;
  int code =
      sf_pack_choose_name(&packer->names, about->name, &packer->name, error);
  if (code) return code;
  return begin(packer, sf_buffer_bytes(&packer->name), about, true, error);
}

int sheaf_packer_write(sheaf_packer *packer, sheaf_bytes content,
                       sheaf_error *error) {
  if (!packer->adding) return misused(packer, error);
  while (content.size > 0) {
    size_t most = packer->parts.open ? SF_PACK_PART : SF_PACK_WHOLE;
    size_t room = most - packer->held.size;
    int code = room ? SHEAF_OK : add_held(packer, false, error);
    if (code) return code;
    size_t size = content.size < room ? content.size : room;
    sf_buffer_append(&packer->held, content.data, size);
    if (packer->held.failed) return sf_no_memory(error);
    content.data += size;
    content.size -= size;
  }
  return SHEAF_OK;
}

int sheaf_packer_end(sheaf_packer *packer, const char *doubt,
                     sheaf_error *error) {
  if (!packer->adding) return misused(packer, error);
  packer->adding = false;
  sf_pack_member_doubt(&packer->member, doubt);
  return packer->parts.open ? end_large(packer, error)
                            : add_whole(packer, error);
}

int sheaf_packer_drop(sheaf_packer *packer, sheaf_error *error) {
  if (!packer->adding) return misused(packer, error);
  packer->adding = false;
  sf_bag_cut(&packer->names, packer->names_before);
  return sf_pack_parts_drop(&packer->parts, error);
}

int sheaf_packer_add(sheaf_packer *packer, const sheaf_packed *about,
                     sheaf_bytes content, sheaf_error *error) {
  int code = sheaf_packer_begin(packer, about, error);
  if (!code) code = sheaf_packer_write(packer, content, error);
  return code ? code : sheaf_packer_end(packer, about->doubt, error);
}

int sheaf_packer_lose(sheaf_packer *packer, const sheaf_packed *about,
                      const sheaf_error *why, sheaf_error *error) {
  sf_pack_list_lost(about, why, &packer->lost);
  return sf_spill_settle(&packer->lost, error);
}

// --- The end ---------------------------------------------------------------

static int write_some(void *packer, sheaf_bytes piece, sheaf_error *error) {
  return sheaf_packer_write(packer, piece, error);
}

static int write_text(sheaf_packer *packer, const char *text,
                      sheaf_error *error) {
  return sheaf_packer_write(packer, sf_bytes(text), error);
}

static int add_index(sheaf_packer *packer, sheaf_error *error) {
  const sheaf_packed about = {.name = sf_bytes(SF_PACK_INDEX)};
  int code = begin(packer, about.name, &about, false, error);
  if (!code) code = write_text(packer, "{\"sheaf\":1,\n\"members\":[\n", error);
  if (!code) code = sf_spill_send(&packer->index, write_some, packer, error);
  if (!code && sf_spill_size(&packer->lost))
    code = write_text(packer, "],\n\"lost\":[\n", error);
  if (!code) code = sf_spill_send(&packer->lost, write_some, packer, error);
  if (!code) code = write_text(packer, "]}\n", error);
  return code ? code : sheaf_packer_end(packer, NULL, error);
}

int sheaf_packer_finish(sheaf_packer *packer, sheaf_error *error) {
  if (packer->adding) return misused(packer, error);
  // All members must be on the list before that is written.
  int code = write_pending(packer, error);
  if (!code) code = add_index(packer, error);
  if (!code) code = write_pending(packer, error);
  uint64_t from = sf_pack_file_at(&packer->file);
  if (!code)
    code = sf_spill_send(&packer->directory, sf_pack_file_put, &packer->file,
                         error);
  if (code) return code;
  sf_zip_write_end(&packer->file.out, packer->count, from,
                   sf_pack_file_at(&packer->file) - from);
  return sf_pack_file_finish(&packer->file, error);
}
