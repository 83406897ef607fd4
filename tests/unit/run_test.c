/// A run's queue and book: order, deaths, and going on from a state.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/io.h"
#include "run/queue.h"

/// A run of two bundles with one output, in a folder of its own.
typedef struct {
  char root[32];
  sf_job job;
  sf_run_folder folder;
  sf_book book;
  sf_queue *queue;
  int warnings, flaws;
  sheaf_error error;
} bench;

static const char *const bundles[] = {"a.zip", "b.zip"};

static void on_bundle(void *context, const sheaf_error *why, bool failed) {
  bench *desk = context;
  desk->warnings += failed;
  desk->flaws += !failed;
  assert_int_equal(why->code, failed ? SHEAF_EREAD : SHEAF_EDAMAGED);
}

static void open_bench(bench *desk) {
  static sf_job_output outputs[] = {{.name = "out.jsonl", .header = "head"}};
  char path[48];
  snprintf(path, sizeof path, "%s/run", desk->root);
  static const sheaf_run_options asked = SHEAF_RUN_OPTIONS_INIT;
  desk->job = (sf_job){.options = &asked,
                       .outputs = outputs,
                       .output_count = 1,
                       .bundles = bundles,
                       .bundle_count = 2};
  assert_int_equal(sf_run_folder_open(&desk->folder, path, &desk->error), 0);
  assert_int_equal(
      sf_book_init(&desk->book, &desk->job, &desk->folder, 0, &desk->error), 0);
}

static void open_queue(bench *desk) {
  assert_int_equal(
      sf_queue_new(&desk->queue, &desk->book, 2, on_bundle, desk, &desk->error),
      0);
}

static void close_bench(bench *desk) {
  sf_queue_free(desk->queue);
  desk->queue = NULL;
  sf_book_clear(&desk->book);
  sf_run_folder_close(&desk->folder);
}

static int set_up(void **state) {
  bench *desk = calloc(1, sizeof *desk);
  *state = desk;
  if (!desk) return 1;
  strcpy(desk->root, "/tmp/sheaf-run-XXXXXX");
  if (!mkdtemp(desk->root)) return 1;
  open_bench(desk);
  open_queue(desk);
  return 0;
}

static int tear_down(void **state) {
  static const char *const files[] = {"run/out.jsonl",
                                      "run/out.jsonl.part",
                                      "run/ledger.jsonl",
                                      "run/run.json",
                                      "run/ledger.jsonl.part",
                                      "run/run.json.part",
                                      "run/.state",
                                      "run",
                                      ""};
  bench *desk = *state;
  close_bench(desk);
  for (size_t i = 0; i < SF_COUNT(files); i++) {
    char path[80];
    snprintf(path, sizeof path, "%s/%s", desk->root, files[i]);
    remove(path);
  }
  int left = access(desk->root, F_OK);
  free(desk);
  return left ? 0 : 1;
}

// --- Helpers ---------------------------------------------------------------

static sf_task take(bench *desk) {
  sf_task task = {0};
  assert_int_equal(sf_queue_take(desk->queue, &task, &desk->error), SHEAF_OK);
  return task;
}

static void check_nothing_to_take(bench *desk) {
  sf_task task;
  assert_int_equal(sf_queue_take(desk->queue, &task, &desk->error), SHEAF_END);
}

/// Plans a bundle as blocks of four members, up to `last`.
static void plan(bench *desk, const sf_task *task, uint64_t last) {
  assert_int_equal(task->type, SF_TASK_PLAN);
  for (uint64_t first = 1; first <= last; first += 4) {
    sf_block block = {first, first + 3, 4, 0, 0};
    assert_int_equal(sf_queue_block(desk->queue, task, &block, &desk->error),
                     0);
  }
  assert_int_equal(
      sf_queue_plan_end(desk->queue, task, "abc", NULL, &desk->error), 0);
}

/// Takes the plans of both bundles: the first has `last` members, the second
/// none.
static void plan_both(bench *desk, uint64_t last) {
  sf_task first = take(desk), second = take(desk);
  plan(desk, &first, last);
  plan(desk, &second, 0);
}

static int try_row(bench *desk, const sf_task *task, uint64_t member) {
  char text[24];
  sf_row row = {.bundle = task->bundle, .path = "x", .member = member};
  sf_buffer record = {0}, packed = {0};
  snprintf(text, sizeof text, "%d.%d ", (int)task->bundle, (int)member);
  sf_buffer_puts(&record, text);
  sf_unit_add(&packed, &row, &record, 1);
  int code =
      sf_queue_unit(desk->queue, task, sf_buffer_bytes(&packed), &desk->error);
  sf_buffer_clear(&record);
  sf_buffer_clear(&packed);
  return code;
}

static void rows(bench *desk, const sf_task *task, uint64_t first,
                 uint64_t last) {
  for (uint64_t member = first; member <= last; member++)
    assert_int_equal(try_row(desk, task, member), SHEAF_OK);
}

static void done(bench *desk, const sf_task *task) {
  assert_int_equal(sf_queue_done(desk->queue, task, &desk->error), SHEAF_OK);
}

static void work(bench *desk, const sf_task *task) {
  rows(desk, task, task->first, task->last);
  done(desk, task);
}

static void die(bench *desk, const sf_task *task, uint64_t member, bool final) {
  sf_row row = {.bundle = task->bundle,
                .path = "x",
                .member = member,
                .name = {"dead", 4},
                .status = SHEAF_ROW_KILLED,
                .code = SHEAF_EDIED,
                .reason = {"why", 3}};
  assert_int_equal(sf_queue_died(desk->queue, task, &row, final, &desk->error),
                   0);
}

static void check_file(bench *desk, const char *name, const char *text) {
  char path[80];
  sf_buffer content = {0};
  snprintf(path, sizeof path, "%s/run/%s", desk->root, name);
  assert_int_equal(sf_file_slurp(path, 1 << 20, &content, &desk->error), 0);
  assert_string_equal(sf_buffer_text(&content), text);
  sf_buffer_clear(&content);
}

/// Completes the run and compares what it exported.
static void check_output(bench *desk, const char *text) {
  assert_true(sf_queue_finished(desk->queue));
  assert_int_equal(sf_book_finish(&desk->book, 2, &desk->error), SHEAF_OK);
  check_file(desk, "out.jsonl", text);
}

static uint64_t killed(const bench *desk) {
  return desk->book.counts.status[SHEAF_ROW_KILLED];
}

// --- Order -----------------------------------------------------------------

static void out_of_order(void **state) {
  bench *desk = *state;
  sf_task first_plan = take(desk), second_plan = take(desk);
  check_nothing_to_take(desk);
  plan(desk, &second_plan, 4);
  check_nothing_to_take(desk);
  plan(desk, &first_plan, 8);
  sf_task a = take(desk), b = take(desk), c = take(desk);
  assert_true(sf_queue_first(desk->queue, &a));
  assert_false(sf_queue_first(desk->queue, &b));
  work(desk, &c);
  work(desk, &b);
  rows(desk, &a, 1, 3);
  assert_int_equal(desk->book.counts.documents, 3);
  rows(desk, &a, 4, 4);
  done(desk, &a);
  check_output(desk, "head\n0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 1.1 1.2 1.3 1.4 ");
}

static void progress_is_known(void **state) {
  bench *desk = *state;
  bool planning;
  sf_task first = take(desk), second = take(desk);
  plan(desk, &first, 8);
  assert_int_equal(sf_queue_planned(desk->queue, &planning), 8);
  assert_true(planning);
  plan(desk, &second, 4);
  assert_int_equal(sf_queue_planned(desk->queue, &planning), 12);
  assert_false(planning);
}

static void wrong_rows(void **state) {
  bench *desk = *state;
  plan_both(desk, 8);
  sf_task a = take(desk), b = take(desk);
  assert_int_equal(try_row(desk, &a, 5), SHEAF_EDAMAGED);
  assert_int_equal(try_row(desk, &b, 4), SHEAF_EDAMAGED);
  rows(desk, &a, 1, 2);
  assert_int_equal(try_row(desk, &a, 2), SHEAF_EDAMAGED);
  assert_int_equal(
      sf_queue_unit(desk->queue, &a, sf_bytes("nonsense"), &desk->error),
      SHEAF_EDAMAGED);
}

static void wrong_plan(void **state) {
  bench *desk = *state;
  sf_task task = take(desk);
  const sf_block good = {3, 5, 3, 0, 0}, again = {5, 6, 2, 0, 0};
  const sf_block backwards = {9, 8, 1, 0, 0};
  assert_int_equal(sf_queue_block(desk->queue, &task, &good, &desk->error), 0);
  assert_int_equal(sf_queue_block(desk->queue, &task, &again, &desk->error),
                   SHEAF_EDAMAGED);
  assert_int_equal(sf_queue_block(desk->queue, &task, &backwards, &desk->error),
                   SHEAF_EDAMAGED);
}

// --- Deaths ----------------------------------------------------------------

static void returned_task(void **state) {
  bench *desk = *state;
  plan_both(desk, 8);
  sf_task a = take(desk), b = take(desk);
  sf_queue_return(desk->queue, &a);
  sf_task again = take(desk);
  assert_true(again.piece == a.piece);
  assert_false(again.careful);
  work(desk, &b);
  work(desk, &again);
  check_output(desk, "head\n0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 ");
}

static void one_death(void **state) {
  bench *desk = *state;
  plan_both(desk, 4);
  sf_task a = take(desk);
  rows(desk, &a, 1, 1);
  die(desk, &a, 3, false);
  sf_task again = take(desk);
  assert_int_equal(again.first, 2);
  assert_int_equal(again.last, 4);
  assert_true(again.careful);
  work(desk, &again);
  assert_int_equal(killed(desk), 0);
  check_output(desk, "head\n0.1 0.2 0.3 0.4 ");
}

static void two_deaths(void **state) {
  bench *desk = *state;
  plan_both(desk, 4);
  sf_task a = take(desk);
  die(desk, &a, 2, false);
  sf_task again = take(desk);
  rows(desk, &again, 1, 1);
  die(desk, &again, 2, false);
  assert_int_equal(killed(desk), 1);
  sf_task rest = take(desk);
  assert_int_equal(rest.first, 3);
  work(desk, &rest);
  check_output(desk, "head\n0.1 0.3 0.4 ");
}

/// A timeout is final, but the rows before it that the worker had not sent
/// have to be done again, and stand before it.
static void timeout_with_lost_rows(void **state) {
  bench *desk = *state;
  plan_both(desk, 4);
  sf_task a = take(desk);
  die(desk, &a, 3, true);
  assert_int_equal(killed(desk), 0);
  sf_task before = take(desk);
  assert_int_equal(before.first, 1);
  assert_int_equal(before.last, 2);
  check_nothing_to_take(desk);
  rows(desk, &before, 1, 1);
  die(desk, &before, 2, true);
  assert_int_equal(killed(desk), 2);
  sf_task rest = take(desk);
  assert_int_equal(rest.first, 4);
  work(desk, &rest);
  check_output(desk, "head\n0.1 0.4 ");
}

static void unknown_deaths(void **state) {
  bench *desk = *state;
  plan_both(desk, 4);
  for (int deaths = 0; deaths < 8; deaths++) {
    assert_int_equal(killed(desk), 0);
    sf_task task = take(desk);
    assert_int_equal(task.first, 1);
    die(desk, &task, 0, false);
  }
  assert_int_equal(killed(desk), 1);
  sf_task rest = take(desk);
  assert_int_equal(rest.first, 2);
  work(desk, &rest);
  check_output(desk, "head\n0.2 0.3 0.4 ");
}

/// All rows had come: there is nothing left to do again, or to blame.
static void death_behind_the_last_row(void **state) {
  bench *desk = *state;
  plan_both(desk, 8);
  sf_task a = take(desk), b = take(desk);
  for (int deaths = 0; deaths < 7; deaths++) {
    die(desk, &a, 0, false);
    a = take(desk);
  }
  rows(desk, &a, 1, 4);
  die(desk, &a, 0, false);
  work(desk, &b);
  assert_int_equal(killed(desk), 0);
  check_output(desk, "head\n0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 ");
}

static void deadly_plan(void **state) {
  bench *desk = *state;
  sf_task first = take(desk), second = take(desk);
  plan(desk, &second, 4);
  die(desk, &first, 0, false);
  sf_task again = take(desk);
  assert_int_equal(again.type, SF_TASK_PLAN);
  die(desk, &again, 0, false);
  assert_int_equal(desk->warnings, 1);
  assert_int_equal(desk->book.counts.bundles_failed, 1);
  sf_task block = take(desk);
  work(desk, &block);
  check_output(desk, "head\n1.1 1.2 1.3 1.4 ");
}

static void flawed_bundle(void **state) {
  bench *desk = *state;
  const sheaf_error flaw = {SHEAF_EDAMAGED, "a.zip", "its directory is", ""};
  sf_task first = take(desk), second = take(desk);
  sf_queue_flaw(&first, &flaw);
  plan(desk, &first, 4);
  plan(desk, &second, 0);
  sf_task block = take(desk);
  assert_int_equal(desk->flaws, 0);
  work(desk, &block);
  assert_int_equal(desk->flaws, 1);
  assert_int_equal(desk->book.counts.bundles_failed, 0);
  check_output(desk, "head\n0.1 0.2 0.3 0.4 ");
}

// --- Going on --------------------------------------------------------------

static void interrupt(bench *desk) {
  plan_both(desk, 8);
  sf_task a = take(desk), b = take(desk);
  work(desk, &a);
  rows(desk, &b, 5, 6);
  assert_int_equal(sf_book_commit(&desk->book, &desk->error), SHEAF_OK);
  rows(desk, &b, 7, 7);
  close_bench(desk);
  open_bench(desk);
}

static void resumed(void **state) {
  bench *desk = *state;
  interrupt(desk);
  assert_int_equal(sf_book_resume(&desk->book, &desk->error), SHEAF_OK);
  assert_int_equal(desk->book.counts.documents, 6);
  open_queue(desk);
  plan_both(desk, 8);
  sf_task rest = take(desk);
  assert_int_equal(rest.first, 7);
  assert_int_equal(rest.last, 8);
  work(desk, &rest);
  check_output(desk, "head\n0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 ");
}

static void other_members(void **state) {
  bench *desk = *state;
  interrupt(desk);
  assert_int_equal(sf_book_resume(&desk->book, &desk->error), SHEAF_OK);
  open_queue(desk);
  sf_task task = take(desk);
  assert_int_equal(
      sf_queue_plan_end(desk->queue, &task, "xyz", NULL, &desk->error),
      SHEAF_ECHANGED);
}

static void unreadable_now(void **state) {
  bench *desk = *state;
  const sheaf_error failure = {SHEAF_EOPEN, "a.zip", "no such file", ""};
  interrupt(desk);
  assert_int_equal(sf_book_resume(&desk->book, &desk->error), SHEAF_OK);
  open_queue(desk);
  sf_task task = take(desk);
  assert_int_equal(
      sf_queue_plan_end(desk->queue, &task, "", &failure, &desk->error),
      SHEAF_EOPEN);
  assert_string_equal(desk->error.why, "no such file");
}

static void cut_output(void **state) {
  bench *desk = *state;
  char path[80];
  sheaf_error error;
  interrupt(desk);
  snprintf(path, sizeof path, "%s/run/out.jsonl.part", desk->root);
  assert_int_equal(truncate(path, 3), 0);
  assert_int_equal(sf_book_resume(&desk->book, &error), SHEAF_ECHANGED);
  assert_string_equal(error.what, path);
}

/// Every part of the state is needed: without one it is refused.
static void damaged_state(void **state) {
  bench *desk = *state;
  sf_buffer text = {0};
  sheaf_value whole;
  sf_state_write(&desk->book, &text);
  assert_int_equal(
      sheaf_value_parse(&whole, text.data, text.size, &desk->error), 0);
  assert_int_equal(sf_state_read(&desk->book, &whole, &desk->error), SHEAF_OK);
  size_t refused = 0, count = sheaf_value_count(&whole);
  for (size_t i = 0; i < count; i++) {
    sheaf_value saved = whole.as.items->values[i];
    whole.as.items->values[i] = sheaf_value_bool(true);
    refused +=
        sf_state_read(&desk->book, &whole, &desk->error) == SHEAF_ECHANGED;
    whole.as.items->values[i] = saved;
  }
  // Only the timings of a pipeline without steps do not matter.
  assert_int_equal(refused, count - 1);
  sheaf_value_clear(&whole);
  sf_buffer_clear(&text);
}

static void too_many_failures(void **state) {
  bench *desk = *state;
  desk->book.max_errors = 1;
  plan_both(desk, 4);
  sf_task a = take(desk);
  sf_row row = {.path = "x", .member = 1, .status = SHEAF_ROW_FAILED};
  sf_buffer packed = {0};
  sf_unit_add(&packed, &row, NULL, 0);
  assert_int_equal(
      sf_queue_unit(desk->queue, &a, sf_buffer_bytes(&packed), &desk->error),
      SHEAF_ETOOMANY);
  assert_int_equal(desk->book.counts.documents, 1);
  sf_buffer_clear(&packed);
}

#define RUN_TEST(sentence, function) \
  { sentence, function, set_up, tear_down, NULL }

int main(void) {
  const struct CMUnitTest tests[] = {
      RUN_TEST("queue: results are written in input order", out_of_order),
      RUN_TEST("queue: it knows what was found so far", progress_is_known),
      RUN_TEST("queue: a row outside of its block is refused", wrong_rows),
      RUN_TEST("queue: blocks that overlap are refused", wrong_plan),
      RUN_TEST("queue: a returned task is handed out again", returned_task),
      RUN_TEST("queue: after a death the rest is tried once more", one_death),
      RUN_TEST("queue: two deaths on a document condemn it", two_deaths),
      RUN_TEST("queue: a timeout waits for the rows before it",
               timeout_with_lost_rows),
      RUN_TEST("queue: unknown deaths end at the first document",
               unknown_deaths),
      RUN_TEST("queue: a death behind the last row costs nothing",
               death_behind_the_last_row),
      RUN_TEST("queue: a plan that kills two workers fails its bundle",
               deadly_plan),
      RUN_TEST("queue: what is wrong with a bundle itself is told at its end",
               flawed_bundle),
      RUN_TEST("book: a run goes on where it was committed", resumed),
      RUN_TEST("book: a bundle with other members is refused", other_members),
      RUN_TEST("book: a bundle that cannot be read any more ends the run",
               unreadable_now),
      RUN_TEST("book: an output that was cut is refused", cut_output),
      RUN_TEST("book: a damaged state is refused", damaged_state),
      RUN_TEST("book: one failure too many is written and ends the run",
               too_many_failures),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
