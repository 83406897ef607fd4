/// Cutting bundles into blocks.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "bundle/bundle.h"
#include "run/plan.h"

enum { BLOCKS = 2048 };

typedef struct {
  char root[32];
  sf_block blocks[BLOCKS];
  size_t count;
  size_t stop_at;  ///< Refuse the block with this number; 0: none.
  char digest[SF_SHA256_HEX];
} planning;

static int add(void *context, const sf_block *block) {
  planning *plan = context;
  assert_true(plan->count < BLOCKS);
  plan->blocks[plan->count++] = *block;
  return plan->count == plan->stop_at ? SHEAF_EWRITE : SHEAF_OK;
}

static int plan_folder(planning *plan) {
  const sf_choice all = {.filters = NULL};
  sheaf_bundle *bundle = NULL;
  sheaf_error error;
  plan->count = 0;
  int code = sheaf_bundle_open(&bundle, plan->root, NULL, &error);
  if (!code) code = sf_plan(bundle, 0, &all, add, plan, plan->digest, &error);
  sheaf_bundle_close(bundle);
  return code;
}

static void write_file(planning *plan, const char *name, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "%s/%s", plan->root, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  for (size_t i = 0; i < size; i++) putc('x', file);
  assert_int_equal(fclose(file), 0);
}

static void write_files(planning *plan, int count) {
  for (int i = 0; i < count; i++) {
    char name[16];
    snprintf(name, sizeof name, "%04d", i);
    write_file(plan, name, 10);
  }
}

static int set_up(void **state) {
  planning *plan = calloc(1, sizeof *plan);
  *state = plan;
  if (!plan) return 1;
  strcpy(plan->root, "/tmp/sheaf-plan-XXXXXX");
  return mkdtemp(plan->root) ? 0 : 1;
}

static int tear_down(void **state) {
  planning *plan = *state;
  char command[64];
  snprintf(command, sizeof command, "rm -rf %s", plan->root);
  int status = system(command);
  free(plan);
  return status;
}

static uint64_t documents(const planning *plan) {
  uint64_t count = 0;
  for (size_t i = 0; i < plan->count; i++) count += plan->blocks[i].documents;
  return count;
}

static void every_document_once(void **state) {
  planning *plan = *state;
  write_files(plan, 500);
  assert_int_equal(plan_folder(plan), SHEAF_OK);
  assert_int_equal(documents(plan), 500);
  uint64_t next = 1;
  for (size_t i = 0; i < plan->count; i++) {
    const sf_block *block = &plan->blocks[i];
    assert_int_equal(block->first, next);
    assert_int_equal(block->documents, block->last - block->first + 1);
    assert_true(block->documents <= 64);
    next = block->last + 1;
  }
  assert_int_equal(next, 501);
}

static void small_blocks_first(void **state) {
  planning *plan = *state;
  write_files(plan, 500);
  assert_int_equal(plan_folder(plan), SHEAF_OK);
  assert_int_equal(plan->blocks[0].documents, 4);
  for (size_t i = 1; i + 1 < plan->count; i++)
    assert_true(plan->blocks[i].documents >= plan->blocks[i - 1].documents);
}

static void large_documents(void **state) {
  planning *plan = *state;
  write_file(plan, "a", 10);
  write_file(plan, "b", 2 << 20);
  write_file(plan, "c", 10);
  assert_int_equal(plan_folder(plan), SHEAF_OK);
  assert_int_equal(plan->count, 2);
  assert_int_equal(plan->blocks[0].last, 2);
  assert_int_equal(plan->blocks[1].first, 3);
}

/// Files of 128 KiB, without content, end a block each until there are many.
static void huge_bundles(void **state) {
  planning *plan = *state;
  char path[64];
  for (int i = 0; i < 1024 + 100; i++) {
    snprintf(path, sizeof path, "%s/%04d", plan->root, i);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(ftruncate(fileno(file), 128 << 10), 0);
    assert_int_equal(fclose(file), 0);
  }
  assert_int_equal(plan_folder(plan), SHEAF_OK);
  assert_int_equal(documents(plan), 1024 + 100);
  assert_int_equal(plan->count, 1024 + 100 / 2);
}

// Lines of `size` bytes each, of text that packs like any.
static void write_lines(const char *path, int count, int size) {
  gzFile file = gzopen(path, "wb1");
  uint32_t random = 1;
  assert_non_null(file);
  for (int line = 0; line < count; line++) {
    assert_true(gzputs(file, "{\"text\":\"") > 0);
    for (int i = 12; i < size; i++) {
      random = random * 1664525 + 1013904223;
      gzputc(file, 'a' + (int)(random >> 28));
    }
    assert_true(gzputs(file, "\"}\n") > 0);
  }
  assert_int_equal(gzclose(file), Z_OK);
}

/// The first blocks, which are small, cannot wait for such a place.
static void enters_streams(void **state) {
  enum { LINE = 30000, LINES = 800, FIRST = 16 };
  planning *plan = *state;
  const sf_choice all = {.filters = NULL};
  sheaf_bundle *bundle;
  sheaf_error error;
  char path[64];
  snprintf(path, sizeof path, "%s/lines.jsonl.gz", plan->root);
  write_lines(path, LINES, LINE);
  assert_int_equal(sheaf_bundle_open(&bundle, path, NULL, &error), SHEAF_OK);
  assert_int_equal(sf_plan(bundle, 0, &all, add, plan, plan->digest, &error),
                   SHEAF_OK);
  assert_int_equal(documents(plan), LINES);
  assert_true(plan->count > FIRST + 3);
  for (size_t i = FIRST; i < plan->count; i++) {
    uint64_t offset = plan->blocks[i].offset;
    assert_in_range(offset - sf_bundle_entry(bundle, offset), 0, LINE);
  }
  sheaf_bundle_close(bundle);
}

static void links_are_rows(void **state) {
  planning *plan = *state;
  char path[64];
  write_file(plan, "a", 10);
  snprintf(path, sizeof path, "%s/link", plan->root);
  assert_int_equal(symlink("a", path), 0);
  snprintf(path, sizeof path, "%s/sub", plan->root);
  assert_int_equal(mkdir(path, 0777), 0);
  assert_int_equal(plan_folder(plan), SHEAF_OK);
  assert_int_equal(documents(plan), 2);
}

static void nothing_to_plan(void **state) {
  planning *plan = *state;
  assert_int_equal(plan_folder(plan), SHEAF_OK);
  assert_int_equal(plan->count, 0);
}

static void digest_tells(void **state) {
  planning *plan = *state;
  char before[SF_SHA256_HEX];
  write_files(plan, 3);
  assert_int_equal(plan_folder(plan), SHEAF_OK);
  strcpy(before, plan->digest);
  assert_int_equal(plan_folder(plan), SHEAF_OK);
  assert_string_equal(plan->digest, before);
  write_file(plan, "0001", 11);
  assert_int_equal(plan_folder(plan), SHEAF_OK);
  assert_string_not_equal(plan->digest, before);
}

static void refusal_ends_it(void **state) {
  planning *plan = *state;
  write_files(plan, 100);
  plan->stop_at = 2;
  assert_int_equal(plan_folder(plan), SHEAF_EWRITE);
  assert_int_equal(plan->count, 2);
}

#define PLAN_TEST(sentence, function) \
  { sentence, function, set_up, tear_down, NULL }

int main(void) {
  const struct CMUnitTest tests[] = {
      PLAN_TEST("plan: every document is in one block", every_document_once),
      PLAN_TEST("plan: the first blocks are small", small_blocks_first),
      PLAN_TEST("plan: a large document ends its block", large_documents),
      PLAN_TEST("plan: blocks become larger after many", huge_bundles),
      PLAN_TEST("plan: blocks of a gzip stream begin where it can be entered",
                enters_streams),
      PLAN_TEST("plan: links count as documents, folders do not",
                links_are_rows),
      PLAN_TEST("plan: an empty bundle has no blocks", nothing_to_plan),
      PLAN_TEST("plan: the digest tells a changed member", digest_tells),
      PLAN_TEST("plan: who takes the blocks can end it", refusal_ends_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
