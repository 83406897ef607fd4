/// Writing zip files (APPNOTE.TXT 6.3.10): members one after the other, their
/// sizes known, then the directory. The same input gives the same bytes.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bundle/zip.h"
#include "json/json.h"
#include "sheaf/pack.h"
#include "text/text.h"

enum {
  MADE_BY = 3 << 8 | 45,       ///< Unix, zip 4.5.
  VERSION = 20,                ///< Needed to read a member.
  FLUSH_FROM = 1 << 20,        ///< Bytes that are written together.
  BYTES_UNDER_WAY = 64 << 20,  ///< Of contents that are being packed.
  DOS_1980 = (1 << 5 | 1) << 16
};

/// What is known of a member that is being packed.
typedef struct {
  sf_buffer name, extra;
  sf_buffer note;  ///< For the index, up to its size,
  sf_buffer rest;  ///< and behind its digest.
  uint32_t dos_time;
} pending_member;

struct sheaf_packer {
  char *path, *part;
  int fd;
  sheaf_pack_options options;
  sf_deflate_pool *pool;
  pending_member *pending;  ///< A ring, as the pool's.
  size_t oldest, under_way;
  uint64_t bytes;       ///< Of the contents under way.
  sf_buffer out;        ///< What is not written yet.
  uint64_t at;          ///< Where the next byte goes, `out` and all.
  sf_buffer directory;  ///< The records of the members so far.
  uint64_t count;
  sf_bag names;     ///< Those that are taken.
  sf_buffer index;  ///< Members of META-INF/sheaf.json, as JSON.
  sf_buffer lost;   ///< Those that could not be packed.
  sf_buffer name;   ///< Of the member that is being added.
  bool complete;
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

static int open_part(sheaf_packer *packer, sheaf_error *error) {
  if (!packer->options.replace && access(packer->path, F_OK) == 0) {
    sf_fail(error, SHEAF_EEXISTS, packer->path, "it is there already");
    if (error) sf_hint(error, "--force replaces it");
    return SHEAF_EEXISTS;
  }
  packer->fd =
      open(packer->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
           0666);
  if (packer->fd >= 0) return SHEAF_OK;
  return sf_fail_errno(error, SHEAF_EWRITE, packer->part, "cannot be created");
}

static int open_pool(sheaf_packer *packer, sheaf_error *error) {
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  size_t threads = packer->options.threads;
  if (!threads) threads = processors > 0 ? (size_t)processors : 1;
  int code =
      sf_deflate_pool_new(&packer->pool, packer->options.level, threads, error);
  if (code) return code;
  packer->pending =
      calloc(sf_deflate_pool_room(packer->pool), sizeof *packer->pending);
  return packer->pending ? SHEAF_OK : sf_no_memory(error);
}

int sheaf_packer_new(sheaf_packer **out, const char *path,
                     const sheaf_pack_options *options, sheaf_error *error) {
  sheaf_packer *packer = calloc(1, sizeof *packer);
  *out = NULL;
  if (!packer) return sf_no_memory(error);
  packer->fd = -1;
  packer->options = (sheaf_pack_options)SHEAF_PACK_OPTIONS_INIT;
  if (options)
    memcpy(&packer->options, options,
           options->size < sizeof *options ? options->size : sizeof *options);
  sf_bag_init(&packer->names, (sf_memory){resize, NULL});
  packer->path = sf_sprintf("%s", path);
  packer->part = sf_sprintf("%s.part", path);
  int code = packer->path && packer->part ? open_part(packer, error)
                                          : sf_no_memory(error);
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
  if (packer->fd >= 0) {
    close(packer->fd);
    if (!packer->complete) unlink(packer->part);
  }
  for (size_t i = 0; packer->pending && i < sf_deflate_pool_room(packer->pool);
       i++) {
    sf_buffer_clear(&packer->pending[i].name);
    sf_buffer_clear(&packer->pending[i].extra);
    sf_buffer_clear(&packer->pending[i].note);
    sf_buffer_clear(&packer->pending[i].rest);
  }
  free(packer->pending);
  sf_deflate_pool_free(packer->pool);
  sf_bag_clear(&packer->names);
  sf_buffer *const buffers[] = {&packer->out, &packer->directory,
                                &packer->index, &packer->lost, &packer->name};
  for (size_t i = 0; i < SF_COUNT(buffers); i++) sf_buffer_clear(buffers[i]);
  free(packer->path);
  free(packer->part);
  free(packer);
}

// --- Bytes -----------------------------------------------------------------

static int flush(sheaf_packer *packer, sheaf_error *error) {
  if (packer->out.failed) return sf_no_memory(error);
  int code = sf_write_all(packer->fd, packer->part, packer->out.data,
                          packer->out.size, error);
  packer->out.size = 0;
  return code;
}

// Large contents are not copied.
static int put_content(sheaf_packer *packer, sheaf_bytes content,
                       sheaf_error *error) {
  packer->at += content.size;
  if (content.size < FLUSH_FROM) {
    sf_buffer_append(&packer->out, content.data, content.size);
    return packer->out.size < FLUSH_FROM ? SHEAF_OK : flush(packer, error);
  }
  int code = flush(packer, error);
  if (code) return code;
  return sf_write_all(packer->fd, packer->part, content.data, content.size,
                      error);
}

static uint32_t dos_time(int64_t modified) {
  time_t seconds = (time_t)modified;
  struct tm parts;
  if (!modified || !gmtime_r(&seconds, &parts) || parts.tm_year < 80 ||
      parts.tm_year > 207)
    return DOS_1980;
  unsigned date = (unsigned)(parts.tm_year - 80) << 9 |
                  (unsigned)(parts.tm_mon + 1) << 5 | (unsigned)parts.tm_mday;
  unsigned hour = (unsigned)parts.tm_hour << 11 | (unsigned)parts.tm_min << 5 |
                  (unsigned)parts.tm_sec / 2;
  return date << 16 | hour;
}

static void put_local(sheaf_packer *packer, const sf_zip_entry *entry) {
  sf_buffer *out = &packer->out;
  size_t before = out->size;
  sf_buffer_append(out, "PK\3\4", 4);
  sf_zip_put(out, VERSION, 2);
  sf_zip_put(out, entry->flags, 2);
  sf_zip_put(out, entry->method, 2);
  sf_zip_put(out, entry->dos_time, 4);
  sf_zip_put(out, entry->crc32, 4);
  sf_zip_put(out, entry->packed_size, 4);
  sf_zip_put(out, entry->size, 4);
  sf_zip_put(out, entry->name.size, 2);
  sf_zip_put(out, entry->extra.size, 2);
  sf_buffer_append(out, entry->name.data, entry->name.size);
  sf_buffer_append(out, entry->extra.data, entry->extra.size);
  packer->at += out->size - before;
}

// --- Names -----------------------------------------------------------------

// A part of a name without drives and control characters. Bytes that are no
// UTF-8 are written as in URLs.
static void put_safe_part(sf_buffer *out, sheaf_bytes part) {
  for (size_t i = 0, length; i < part.size; i += length) {
    char c = part.data[i];
    bool bad = (unsigned char)c < 0x20 || c == 0x7f || c == ':';
    sf_utf8_decode(part, i, &length);
    if (length == 1 && (unsigned char)c >= 0x80)
      sf_buffer_printf(out, "%%%02X", (unsigned)(unsigned char)c);
    else if (bad)
      sf_buffer_putc(out, '_');
    else
      sf_buffer_append(out, part.data + i, length);
  }
}

// A name that leads nowhere but into the folder where it is unpacked: no "..",
// and no first slash.
static void put_safe_name(sf_buffer *out, sheaf_bytes name) {
  size_t from = 0;
  while (from <= name.size) {
    size_t to = from;
    while (to < name.size && name.data[to] != '/' && name.data[to] != '\\')
      to++;
    size_t size = to - from;
    bool dots = size > 0 && size <= 2 && !memcmp(name.data + from, "..", size);
    if (size && out->size) sf_buffer_putc(out, '/');
    if (dots) sf_buffer_append(out, "__", size);
    if (!dots) put_safe_part(out, (sheaf_bytes){name.data + from, size});
    from = to + 1;
  }
  if (!out->size) sf_buffer_puts(out, "unnamed");
}

static bool take_name(sheaf_packer *packer) {
  sheaf_bytes name = sf_buffer_bytes(&packer->name);
  sf_bag_key key = sf_bag_key_of(name, name.size);
  size_t number;
  if (sf_bytes_equal(name, SF_PACK_INDEX) ||
      sf_bag_find(&packer->names, &key) != SF_BAG_NONE)
    return false;
  packer->name.failed |= sf_bag_add(&packer->names, &key, &number) != SHEAF_OK;
  return true;
}

// The name under which the member goes: safe, and not taken. A number goes
// before the ending: "a.txt", "a~2.txt".
static int choose_name(sheaf_packer *packer, sheaf_bytes name,
                       sheaf_error *error) {
  sf_buffer *out = &packer->name, base = {0};
  put_safe_name(&base, name);
  size_t dot = base.size;
  while (dot > 0 && base.data[dot - 1] != '.' && base.data[dot - 1] != '/')
    dot--;
  if (dot < 2 || base.data[dot - 1] != '.' || base.data[dot - 2] == '/')
    dot = base.size + 1;
  out->size = 0;
  sf_buffer_append(out, base.data, base.size);
  for (uint64_t number = 2; !base.failed && !take_name(packer); number++) {
    out->size = 0;
    sf_buffer_append(out, base.data, dot - 1);
    sf_buffer_printf(out, "~%" PRIu64, number);
    sf_buffer_append(out, base.data + dot - 1, base.size - (dot - 1));
  }
  bool failed = base.failed || out->failed;
  bool long_name = base.size > UINT16_MAX - 32;
  sf_buffer_clear(&base);
  if (failed) return sf_no_memory(error);
  if (!long_name) return SHEAF_OK;
  return sf_fail(error, SHEAF_ETOOLARGE, packer->path,
                 "a name has more bytes than a zip file can hold");
}

// --- Members ---------------------------------------------------------------

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
  if (about->doubt) put_text(out, "doubt", sf_bytes(about->doubt));
}

// The note of a member: what is known before it is packed, and after that.
static void begin_note(pending_member *member, const sheaf_packed *about) {
  put_facts(&member->note, about, sf_buffer_bytes(&member->name));
  if (about->metadata.size > 2) {
    sf_buffer_puts(&member->rest, ",\"metadata\":");
    sf_buffer_append(&member->rest, about->metadata.data, about->metadata.size);
  }
  sf_buffer_putc(&member->rest, '}');
}

static void note_member(sheaf_packer *packer, const pending_member *member,
                        const sf_deflate_job *job) {
  sf_buffer *out = &packer->index;
  if (!member->note.size) return;
  if (out->size) sf_buffer_puts(out, ",\n");
  sf_buffer_append(out, member->note.data, member->note.size);
  sf_buffer_printf(out, ",\"size\":%zu,\"sha256\":\"%s\"", job->content.size,
                   job->digest);
  sf_buffer_append(out, member->rest.data, member->rest.size);
}

static sheaf_bytes packed_bytes(const sf_deflate_job *job) {
  return sf_buffer_bytes(job->packed.size ? &job->packed : &job->content);
}

// Writes the oldest member that is being packed, once it is.
static int write_oldest(sheaf_packer *packer, sheaf_error *error) {
  pending_member *member = &packer->pending[packer->oldest];
  const sf_deflate_job *job = sf_deflate_pool_take(packer->pool);
  sheaf_bytes packed = packed_bytes(job);
  sf_zip_entry entry = {
      .name = sf_buffer_bytes(&member->name),
      .extra = sf_buffer_bytes(&member->extra),
      .made_by = MADE_BY,
      .flags = SF_ZIP_UTF8,
      .method = job->packed.size ? SF_ZIP_DEFLATED : SF_ZIP_STORED,
      .dos_time = member->dos_time,
      .crc32 = job->crc32,
      .packed_size = packed.size,
      .size = job->content.size,
      .attributes = (uint32_t)0100644 << 16,
      .local = packer->at,
  };
  packer->oldest = (packer->oldest + 1) % sf_deflate_pool_room(packer->pool);
  packer->under_way--;
  packer->bytes -= job->content.size;
  if (job->content.failed) return sf_no_memory(error);
  note_member(packer, member, job);
  put_local(packer, &entry);
  int code = put_content(packer, packed, error);
  sf_zip_write_central(&packer->directory, &entry);
  packer->count++;
  return code || !packer->directory.failed ? code : sf_no_memory(error);
}

static int write_all(sheaf_packer *packer, sheaf_error *error) {
  int code = SHEAF_OK;
  while (packer->under_way && !code) code = write_oldest(packer, error);
  return code;
}

static void begin_member(pending_member *member, sheaf_bytes name,
                         const sheaf_packed *about) {
  member->name.size = member->extra.size = 0;
  member->note.size = member->rest.size = 0;
  sf_buffer_append(&member->name, name.data, name.size);
  sf_zip_put_time(&member->extra, about->modified);
  sf_zip_put_facts(&member->extra, about->media_type, about->metadata);
  member->dos_time = dos_time(about->modified);
}

static bool has_failed(const pending_member *member) {
  return member->name.failed || member->extra.failed || member->note.failed ||
         member->rest.failed;
}

// Hands the content to the pool, under `name`, whatever it is called in
// `about`; `noted`: it is a member for the index.
static int add_entry(sheaf_packer *packer, sheaf_bytes name,
                     const sheaf_packed *about, sheaf_bytes content, bool noted,
                     sheaf_error *error) {
  size_t room = sf_deflate_pool_room(packer->pool);
  sf_deflate_job *job;
  int code = SHEAF_OK;
  if (content.size > UINT32_MAX)
    return sf_fail(error, SHEAF_ETOOLARGE, packer->path,
                   "a member of %zu bytes, more than 4 GiB", content.size);
  while (!code && packer->under_way &&
         (packer->under_way == room || packer->bytes > BYTES_UNDER_WAY))
    code = write_oldest(packer, error);
  if (code) return code;
  pending_member *member =
      &packer->pending[(packer->oldest + packer->under_way) % room];
  begin_member(member, name, about);
  if (noted) begin_note(member, about);
  if (has_failed(member)) return sf_no_memory(error);
  sf_deflate_pool_add(packer->pool, content, &job);
  packer->under_way++;
  packer->bytes += content.size;
  return SHEAF_OK;
}

int sheaf_packer_add(sheaf_packer *packer, const sheaf_packed *about,
                     sheaf_bytes content, sheaf_error *error) {
  int code = choose_name(packer, about->name, error);
  if (code) return code;
  return add_entry(packer, sf_buffer_bytes(&packer->name), about, content, true,
                   error);
}

int sheaf_packer_lose(sheaf_packer *packer, const sheaf_packed *about,
                      const sheaf_error *why, sheaf_error *error) {
  sf_buffer *out = &packer->lost;
  if (out->size) sf_buffer_puts(out, ",\n");
  put_facts(out, about, about->name);
  put_text(out, "code", sf_bytes(sheaf_code_slug(why->code)));
  put_text(out, "reason", sf_bytes(why->why));
  sf_buffer_putc(out, '}');
  return out->failed ? sf_no_memory(error) : SHEAF_OK;
}

// --- The end ---------------------------------------------------------------

static int add_index(sheaf_packer *packer, sheaf_error *error) {
  sf_buffer text = {0};
  sf_buffer_puts(&text, "{\"sheaf\":1,\n\"members\":[\n");
  sf_buffer_append(&text, packer->index.data, packer->index.size);
  if (packer->lost.size) {
    sf_buffer_puts(&text, "],\n\"lost\":[\n");
    sf_buffer_append(&text, packer->lost.data, packer->lost.size);
  }
  sf_buffer_puts(&text, "]}\n");
  const sheaf_packed about = {.name = sf_bytes(SF_PACK_INDEX)};
  bool failed = text.failed || packer->index.failed || packer->lost.failed;
  int code = failed ? sf_no_memory(error)
                    : add_entry(packer, about.name, &about,
                                sf_buffer_bytes(&text), false, error);
  sf_buffer_clear(&text);
  return code ? code : write_all(packer, error);
}

// Always with the records of zip64, as those of the members are.
static void put_end(sheaf_packer *packer, uint64_t from) {
  sf_buffer *out = &packer->out;
  uint64_t size = packer->at - from, record = packer->at;
  uint64_t few = packer->count < UINT16_MAX ? packer->count : UINT16_MAX;
  sf_buffer_append(out, "PK\6\6", 4);
  sf_zip_put(out, 44, 8);
  sf_zip_put(out, MADE_BY, 2);
  sf_zip_put(out, 45, 2);
  sf_zip_put(out, 0, 4 + 4);
  sf_zip_put(out, packer->count, 8);
  sf_zip_put(out, packer->count, 8);
  sf_zip_put(out, size, 8);
  sf_zip_put(out, from, 8);
  sf_buffer_append(out, "PK\6\7", 4);
  sf_zip_put(out, 0, 4);
  sf_zip_put(out, record, 8);
  sf_zip_put(out, 1, 4);
  sf_buffer_append(out, "PK\5\6", 4);
  sf_zip_put(out, 0, 2 + 2);
  sf_zip_put(out, few, 2);
  sf_zip_put(out, few, 2);
  sf_zip_put(out, size < UINT32_MAX ? size : UINT32_MAX, 4);
  sf_zip_put(out, from < UINT32_MAX ? from : UINT32_MAX, 4);
  sf_zip_put(out, 0, 2);
}

static int give_name(sheaf_packer *packer, sheaf_error *error) {
  if (fsync(packer->fd) != 0)
    return sf_fail_errno(error, SHEAF_EWRITE, packer->part, "cannot be synced");
  int closed = close(packer->fd);
  packer->fd = -1;
  if (closed != 0 || rename(packer->part, packer->path) != 0) {
    int code =
        sf_fail_errno(error, SHEAF_EWRITE, packer->path, "cannot be completed");
    unlink(packer->part);
    return code;
  }
  packer->complete = true;
  char *slash = strrchr(packer->path, '/');
  char *folder =
      slash ? sf_strndup(packer->path, (size_t)(slash - packer->path)) : NULL;
  int code = sf_folder_sync(folder && folder[0] ? folder
                            : slash             ? "/"
                                                : ".",
                            error);
  free(folder);
  return code;
}

int sheaf_packer_finish(sheaf_packer *packer, sheaf_error *error) {
  int code = write_all(packer, error);
  if (!code) code = add_index(packer, error);
  uint64_t from = packer->at;
  if (!code)
    code = put_content(packer, sf_buffer_bytes(&packer->directory), error);
  if (code) return code;
  put_end(packer, from);
  code = flush(packer, error);
  return code ? code : give_name(packer, error);
}
