/// Keeping plans, each in a file: the blocks, the plan's digest, and the digest
/// of both.
#include "run/kept_plan.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "io/io.h"
#include "run/reading.h"

/// Raised when plans become other ones, or are packed in another way.
#define VERSION 1

/// Bytes of the files that it is worth for, and of what is kept of one.
#define KEPT_FROM ((uint64_t)4 << 20)
#define KEPT_MOST ((uint64_t)64 << 20)

enum { DIGEST = SF_SHA256_HEX - 1, TAIL = 2 * DIGEST };

// --- Where -----------------------------------------------------------------

/// Another build of this program may plan otherwise.
static void put_program(sf_buffer *out) {
  struct stat status;
  if (stat("/proc/self/exe", &status)) {
    out->failed = true;
    return;
  }
  sf_put_u64(out, (uint64_t)status.st_ino);
  sf_put_u64(out, (uint64_t)status.st_size);
  sf_put_u64(out, (uint64_t)status.st_mtim.tv_sec);
  sf_put_u64(out, (uint64_t)status.st_mtim.tv_nsec);
}

static char *path_of(const sf_file *file, const sheaf_bundle_options *reading) {
  sf_buffer facts = {0};
  sf_put_u64(&facts, VERSION);
  put_program(&facts);
  sf_reading_pack(&facts, reading);
  char *path = NULL;
  if (!facts.failed)
    path = sf_cache_path(reading->cache, sf_file_descriptor(file),
                         sf_buffer_bytes(&facts), ".plan");
  sf_buffer_clear(&facts);
  return path;
}

void sf_kept_plan_open(sf_kept_plan *kept, const char *source,
                       const sheaf_bundle_options *reading) {
  sf_file *file;
  *kept = (sf_kept_plan){.path = NULL};
  if (sf_file_open(&file, source, NULL)) return;
  if (sf_file_size(file) >= KEPT_FROM) kept->path = path_of(file, reading);
  sf_file_close(file);
}

void sf_kept_plan_clear(sf_kept_plan *kept) {
  sf_buffer_clear(&kept->blocks);
  free(kept->path);
  kept->path = NULL;
}

// --- Reading ---------------------------------------------------------------

static void digest_of(sheaf_bytes bytes, char hex[SF_SHA256_HEX]) {
  sf_sha256 sha;
  sf_sha256_init(&sha);
  sf_sha256_update(&sha, bytes.data, bytes.size);
  sf_sha256_hex(&sha, hex);
}

static bool is_whole(sheaf_bytes plan) {
  char hex[SF_SHA256_HEX];
  if (plan.size <= TAIL) return false;
  plan.size -= DIGEST;
  digest_of(plan, hex);
  return !memcmp(plan.data + plan.size, hex, DIGEST);
}

static int send_blocks(sheaf_bytes packed, sf_block_sink add, void *context) {
  sf_unpack from = {packed, false};
  int code = SHEAF_OK;
  while (from.rest.size && !code) {
    sf_block block;
    sf_block_unpack(&from, &block);
    code = from.failed ? SHEAF_END : add(context, &block);
  }
  return code;
}

int sf_kept_plan_send(const sf_kept_plan *kept, sf_block_sink add,
                      void *context, char digest[SF_SHA256_HEX]) {
  sf_buffer plan = {0};
  bool found = kept->path && !sf_cache_read(kept->path, KEPT_MOST, &plan) &&
               is_whole(sf_buffer_bytes(&plan));
  int code = SHEAF_END;
  if (found) {
    size_t size = plan.size - TAIL;
    memcpy(digest, plan.data + size, DIGEST);
    digest[DIGEST] = '\0';
    code = send_blocks((sheaf_bytes){plan.data, size}, add, context);
  }
  sf_buffer_clear(&plan);
  return code;
}

// --- Making ----------------------------------------------------------------

void sf_kept_plan_note(sf_kept_plan *kept, const sf_block *block) {
  if (kept->path) sf_block_pack(&kept->blocks, block);
}

static int write_plan(const void *context, int fd, const char *path) {
  const sf_buffer *plan = context;
  return sf_write_all(fd, path, plan->data, plan->size, NULL);
}

void sf_kept_plan_save(sf_kept_plan *kept, const char digest[SF_SHA256_HEX]) {
  sf_buffer *plan = &kept->blocks;
  char hex[SF_SHA256_HEX];
  if (!kept->path || !plan->size) return;
  sf_buffer_append(plan, digest, DIGEST);
  digest_of(sf_buffer_bytes(plan), hex);
  sf_buffer_append(plan, hex, DIGEST);
  if (!plan->failed) sf_cache_keep(kept->path, write_plan, plan);
}
