/// Cutting a bundle into blocks.
#include "run/plan.h"

#include "bundle/bundle.h"

#include <string.h>

enum {
  DOCUMENTS_FIRST = 4,      ///< Documents of the first blocks.
  BLOCKS_A_SIZE = 4,        ///< Blocks before the size doubles.
  DOUBLINGS = 6,            ///< How often it does.
  BYTES_LIMIT = 128 * 1024  ///< Unpacked bytes after which a block ends.
};

/// As often these bytes double: after so many blocks, lest those of one huge
/// file take ever more memory.
enum { BLOCKS_A_LIMIT = 1024, BYTES_DOUBLINGS = 5 };

/// In a compressed stream a worker has to unpack what is between its block and
/// the last place to enter the stream, up to a megabyte before. There blocks
/// become larger at once, and one that is full waits for such a place, until it
/// is so many times as large.
enum { STREAM_DOUBLINGS = 10, STREAM_BYTES_DOUBLINGS = 4, STREAM_WAIT = 2 };

typedef struct {
  sf_block block;
  uint64_t bytes;   ///< Unpacked, of the block.
  uint64_t blocks;  ///< Blocks that were added.
  uint64_t documents;
  uint64_t most;  ///< Documents that are wanted; 0: all.
  const sheaf_bundle *bundle;
  bool stream;     ///< It is within compression,
  uint64_t entry;  ///< and was entered there, at best, for the last document.
  sf_sha256 sha;
  sf_block_sink add;
  void *context;
} planner;

void sf_block_pack(sf_buffer *out, const sf_block *block) {
  sf_put_u64(out, block->first);
  sf_put_u64(out, block->last);
  sf_put_u64(out, block->documents);
  sf_put_u64(out, block->offset);
}

void sf_block_unpack(sf_unpack *from, sf_block *block) {
  *block = (sf_block){.first = sf_get_u64(from)};
  block->last = sf_get_u64(from);
  block->documents = sf_get_u64(from);
  block->offset = sf_get_u64(from);
}

/// Small blocks at the beginning give every worker something to do at once.
static uint64_t document_limit(const planner *plan) {
  uint64_t doublings = plan->blocks / BLOCKS_A_SIZE;
  uint64_t most = plan->stream ? STREAM_DOUBLINGS : DOUBLINGS;
  return (uint64_t)DOCUMENTS_FIRST << (doublings < most ? doublings : most);
}

static uint64_t byte_limit(const planner *plan) {
  uint64_t blocks = plan->stream ? BLOCKS_A_SIZE : BLOCKS_A_LIMIT;
  uint64_t most = plan->stream ? STREAM_BYTES_DOUBLINGS : BYTES_DOUBLINGS;
  uint64_t doublings = plan->blocks / blocks;
  return (uint64_t)BYTES_LIMIT << (doublings < most ? doublings : most);
}

/// True when the block has as much as it may have, that many times.
static bool has(const planner *plan, uint64_t times) {
  return plan->block.documents >= times * document_limit(plan) ||
         plan->bytes >= times * byte_limit(plan);
}

/// True when the block ends before a document that begins at `offset`.
static bool ends_before(planner *plan, uint64_t offset) {
  if (!plan->stream) return has(plan, 1);
  uint64_t entry = sf_bundle_entry(plan->bundle, offset);
  bool entered = entry != plan->entry;
  plan->entry = entry;
  return has(plan, entered ? 1 : STREAM_WAIT);
}

static int end_block(planner *plan) {
  if (!plan->block.documents) return SHEAF_OK;
  int code = plan->add(plan->context, &plan->block);
  plan->block = (sf_block){0};
  plan->bytes = 0;
  plan->blocks++;
  return code;
}

static int add_document(planner *plan, const sheaf_member *member) {
  int code = ends_before(plan, member->offset) ? end_block(plan) : SHEAF_OK;
  if (code) return code;
  if (!plan->block.documents) {
    plan->block.first = member->ordinal;
    plan->block.offset = member->offset;
  }
  plan->block.last = member->ordinal;
  plan->block.documents++;
  plan->documents++;
  // A declared size may be a lie; it must not overflow the sum.
  uint64_t most = STREAM_WAIT * byte_limit(plan);
  plan->bytes += member->size < most ? member->size : most;
  plan->block.bytes += member->size;
  return SHEAF_OK;
}

static void digest_member(sf_sha256 *sha, const sheaf_member *member) {
  uint64_t facts[] = {
      member->ordinal, member->type,  member->name.size,
      member->size,    member->crc32, (uint64_t)member->modified,
  };
  sf_sha256_update(sha, facts, sizeof facts);
  sf_sha256_update(sha, member->name.data, member->name.size);
}

/// True once there are as many documents as are wanted.
static bool is_full(const planner *plan) {
  return plan->most && plan->documents >= plan->most;
}

int sf_plan(sheaf_bundle *bundle, uint64_t number, const sf_choice *choice,
            sf_block_sink add, void *context, char digest[SF_SHA256_HEX],
            sheaf_error *error) {
  planner plan = {.bundle = bundle, .add = add, .context = context};
  plan.stream = strchr(sheaf_bundle_format(bundle), '+') != NULL;
  plan.most = sf_choice_most(choice, number);
  uint64_t ordinal = 0;
  sf_sha256_init(&plan.sha);
  error->code = SHEAF_OK;
  while (!is_full(&plan)) {
    sheaf_member member = {.ordinal = ordinal + 1};
    int code = sheaf_bundle_next(bundle, &member, error);
    bool lost = code < 0 && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT;
    if (lost && !plan.blocks && !plan.block.documents) return code;
    if (code == SHEAF_END) break;
    if (lost) member = (sheaf_member){.ordinal = ordinal + 1};
    ordinal = member.ordinal;
    digest_member(&plan.sha, &member);
    bool known = code == SHEAF_OK;
    bool wanted = sf_choice_takes(choice, number, &member, known);
    if (lost && !wanted) break;
    if (!wanted || (known && !sf_member_counts(&member))) continue;
    code = add_document(&plan, &member);
    if (code) return code;
    if (lost) break;
  }
  sf_sha256_hex(&plan.sha, digest);
  return end_block(&plan);
}
