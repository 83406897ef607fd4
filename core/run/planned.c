/// Plans of bundles: which are wanted, which are in work, and what came of
/// them.
#include <stdlib.h>
#include <string.h>

#include "run/queue_parts.h"

enum {
  PLANS_AHEAD = 4  ///< Bundles planned at one time, beside two a worker.
};

void sf_planned_free(sf_planned *plan) {
  free(plan->blocks);
  free(plan);
}

bool sf_queue_is_shard(const sf_queue *queue) {
  return queue->book->job->shards > 0;
}

void sf_planned_pass_over(sf_queue *queue) {
  const sf_job *job = queue->book->job;
  while (queue->next_bundle < job->bundle_count &&
         !sf_choice_touches(&job->choice, queue->next_bundle))
    queue->next_bundle++;
}

// --- Handing them out ------------------------------------------------------

static size_t blocks_ahead(const sf_queue *queue) {
  size_t count = 0;
  for (const sf_planned *plan = queue->plans; plan; plan = plan->next)
    count += plan->count - plan->cursor;
  for (const sf_piece *piece = queue->window; piece; piece = piece->next)
    count += piece->state == SF_WAITING && !piece->end;
  return count;
}

static bool wants_plan(const sf_queue *queue) {
  if (queue->next_bundle >= queue->book->job->bundle_count) return false;
  return sf_queue_is_shard(queue) ||
         (queue->plan_count < PLANS_AHEAD + 2 * queue->workers &&
          blocks_ahead(queue) < 2 * queue->workers);
}

static sf_planned *add_plan(sf_queue *queue) {
  sf_planned *plan = calloc(1, sizeof *plan);
  if (!plan) return NULL;
  sf_planned **last = &queue->plans;
  while (*last) last = &(*last)->next;
  *last = plan;
  plan->bundle = queue->next_bundle++;
  sf_planned_pass_over(queue);
  queue->plan_count++;
  return plan;
}

int sf_planned_take(sf_queue *queue, sf_task *task, sheaf_error *error) {
  sf_planned *plan = queue->plans;
  while (plan && plan->state != SF_WAITING) plan = plan->next;
  if (!plan) {
    if (!wants_plan(queue)) return SHEAF_END;
    plan = add_plan(queue);
    if (!plan) return sf_no_memory(error);
  }
  plan->state = SF_ASSIGNED;
  *task = (sf_task){.type = SF_TASK_PLAN, .bundle = plan->bundle, .plan = plan};
  return SHEAF_OK;
}

// --- Shards ----------------------------------------------------------------

bool sf_queue_is_skipped(const sf_queue *queue, const sf_planned *plan,
                         const sf_block *block, uint64_t number) {
  if (number < queue->from_block || number >= queue->to_block) return true;
  return plan->bundle < queue->from.bundle ||
         (plan->bundle == queue->from.bundle &&
          block->last < queue->from.member);
}

static bool all_planned(const sf_queue *queue) {
  if (queue->next_bundle < queue->book->job->bundle_count) return false;
  for (const sf_planned *plan = queue->plans; plan; plan = plan->next)
    if (plan->state != SF_DONE) return false;
  return true;
}

/// Another build of this program, or a folder that has changed, may be planned
/// otherwise: shards that are of two plans do not make one run.
static void digest_plans(sf_queue *queue) {
  sf_sha256 sha;
  sf_sha256_init(&sha);
  for (const sf_planned *plan = queue->plans; plan; plan = plan->next) {
    sf_sha256_update(&sha, plan->digest, sizeof plan->digest);
    for (size_t i = 0; i < plan->count; i++)
      sf_sha256_update(&sha, &plan->blocks[i].last,
                       sizeof plan->blocks[i].last);
  }
  sf_sha256_hex(&sha, queue->book->plan);
}

// Shards are ranges of blocks, as even as these are.
void sf_planned_find_shard(sf_queue *queue) {
  const sf_job *job = queue->book->job;
  uint64_t count = 0, number = 0;
  if (!all_planned(queue)) return;
  digest_plans(queue);
  for (const sf_planned *plan = queue->plans; plan; plan = plan->next)
    count += plan->count;
  queue->from_block = count * (job->shard - 1) / job->shards;
  queue->to_block = count * job->shard / job->shards;
  queue->planned = queue->book->counts.documents;
  for (const sf_planned *plan = queue->plans; plan; plan = plan->next)
    for (size_t i = 0; i < plan->count; i++)
      if (!sf_queue_is_skipped(queue, plan, &plan->blocks[i], number++))
        queue->planned += plan->blocks[i].documents;
}

// --- What came of them -----------------------------------------------------

int sf_queue_block(sf_queue *queue, const sf_task *task, const sf_block *block,
                   sheaf_error *error) {
  sf_planned *plan = task->plan;
  if (plan->again) {
    plan->again--;
    return SHEAF_OK;
  }
  uint64_t before = plan->count ? plan->blocks[plan->count - 1].last : 0;
  if (block->first <= before || block->last < block->first ||
      block->last == UINT64_MAX)
    return sf_fail(error, SHEAF_EDAMAGED, "worker", "it sent a broken plan");
  if (plan->count == plan->capacity) {
    size_t capacity = plan->capacity ? 2 * plan->capacity : 16;
    sf_block *grown = realloc(plan->blocks, capacity * sizeof *grown);
    if (!grown) return sf_no_memory(error);
    plan->blocks = grown;
    plan->capacity = capacity;
  }
  plan->blocks[plan->count++] = *block;
  return sf_queue_refill(queue, error);
}

void sf_queue_flaw(const sf_task *task, const sheaf_error *flaw) {
  task->plan->flaw = *flaw;
}

/// A run can only go on with the bundle that it began with.
static int check_bundle(const sf_queue *queue, const sf_planned *plan,
                        sheaf_error *error) {
  if (plan->bundle != queue->from.bundle || !queue->from.digest[0] ||
      !strcmp(plan->digest, queue->from.digest))
    return SHEAF_OK;
  if (plan->failure.code) {
    *error = plan->failure;
    return error->code;
  }
  sf_fail(error, SHEAF_ECHANGED, queue->book->job->bundles[plan->bundle],
          "its members are not those that it had when the run began");
  return sf_hint(error, "begin a new run in another folder");
}

int sf_queue_plan_end(sf_queue *queue, const sf_task *task, const char *digest,
                      const sheaf_error *failure, sheaf_error *error) {
  sf_planned *plan = task->plan;
  size_t size = strlen(digest);
  if (size >= sizeof plan->digest)
    return sf_fail(error, SHEAF_EDAMAGED, "worker", "it sent a broken digest");
  memcpy(plan->digest, digest, size + 1);
  plan->state = SF_DONE;
  if (failure) {
    plan->failure = *failure;
    plan->count = plan->cursor;  // What is on its way stays there.
  }
  for (size_t i = 0; i < plan->count; i++)
    queue->planned += plan->blocks[i].documents;
  int code = check_bundle(queue, plan, error);
  return code ? code : sf_queue_advance(queue, error);
}

uint64_t sf_queue_planned(const sf_queue *queue, bool *planning) {
  *planning = queue->next_bundle < queue->book->job->bundle_count;
  for (const sf_planned *plan = queue->plans; plan; plan = plan->next)
    *planning |= plan->state != SF_DONE;
  return queue->planned;
}
