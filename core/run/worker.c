/// The worker: a process that plans bundles and works on blocks.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "io/io.h"
#include "loop/loop.h"
#include "run/executor.h"
#include "run/wall.h"
#include "run/wire.h"
#include "sheaf/run.h"

#define PAGE_FD       3
#define READ_ROOM     ((size_t)64 << 10)
#define FLUSH_BYTES   ((size_t)64 << 10)
#define FLUSH_AFTER   ((uint64_t)50 * 1000 * 1000)
#define KEPT_CAPACITY ((size_t)4 << 20)
#define EXIT_INTERNAL 70

typedef struct {
  int in, out;
  sf_buffer input, output;
  uint64_t flushed;  ///< When, in nanoseconds.
  sf_page *page;
  sf_loop *loop;  ///< On which plugins wait.
  sf_executor *executor;
  bool careful;
} worker_process;

// --- Sending ---------------------------------------------------------------

static int flush(worker_process *worker) {
  worker->flushed = sf_now_roughly();
  if (worker->output.failed) return SHEAF_ENOMEM;
  int code = sf_write_all(worker->out, "supervisor", worker->output.data,
                          worker->output.size, NULL);
  worker->output.size = 0;
  if (worker->output.capacity > KEPT_CAPACITY) sf_buffer_clear(&worker->output);
  return code;
}

/// Rows are sent together, but none is kept for long: what a worker has not
/// sent when it dies has to be done again.
static int flush_when_due(worker_process *worker) {
  if (!worker->careful && worker->output.size < FLUSH_BYTES &&
      sf_now_roughly() - worker->flushed < FLUSH_AFTER)
    return SHEAF_OK;
  return flush(worker);
}

static int send_unit(void *context, const sf_buffer *unit) {
  worker_process *worker = context;
  size_t at = sf_frame_begin(&worker->output, SF_FRAME_ROWS);
  sf_buffer_append(&worker->output, unit->data, unit->size);
  sf_frame_end(&worker->output, at);
  worker->output.failed |= unit->failed;
  return flush_when_due(worker);
}

static int send_block(void *context, const sf_block *block) {
  worker_process *worker = context;
  size_t at = sf_frame_begin(&worker->output, SF_FRAME_BLOCKS);
  sf_block_pack(&worker->output, block);
  sf_frame_end(&worker->output, at);
  return flush_when_due(worker);
}

static int send_error(worker_process *worker, sf_frame_type type,
                      const sheaf_error *error) {
  size_t at = sf_frame_begin(&worker->output, type);
  sf_put_error(&worker->output, error);
  sf_frame_end(&worker->output, at);
  return flush(worker);
}

// --- Tasks -----------------------------------------------------------------

static int take_job(worker_process *worker, sheaf_bytes order) {
  sheaf_error error;
  int helper = 0;
  int code = sf_loop_new(&worker->loop, &error);
  if (!code) code = sf_isolate_helper(&helper, &error);
  // Before a plugin is opened, since that runs its code.
  if (!code) code = sf_wall_raise(&order, worker->loop, &error);
  if (!code)
    code = sf_executor_new(&worker->executor, order, worker->page, worker->loop,
                           &error);
  if (code) {
    send_error(worker, SF_FRAME_FAILED, &error);
    return code;
  }
  sf_executor_set_helper(worker->executor, helper);
  sf_page_idle(worker->page);
  sf_frame_end(&worker->output,
               sf_frame_begin(&worker->output, SF_FRAME_READY));
  return flush(worker);
}

static int take_plan(worker_process *worker, sheaf_bytes payload) {
  sf_unpack from = {payload, false};
  uint64_t bundle = sf_get_u64(&from);
  char digest[SF_SHA256_HEX] = "";
  sheaf_error flaw = {0}, error = {0};
  int code = sf_executor_plan(worker->executor, bundle, send_block, worker,
                              digest, &flaw, &error);
  if (!code) error.code = 0;
  size_t at = sf_frame_begin(&worker->output, SF_FRAME_PLANNED);
  sf_put_error(&worker->output, &error);
  sf_put_error(&worker->output, &flaw);
  sf_put_bytes(&worker->output, sf_bytes(digest));
  sf_frame_end(&worker->output, at);
  return flush(worker);
}

static void put_costs(worker_process *worker) {
  size_t at = sf_frame_begin(&worker->output, SF_FRAME_COSTS);
  sf_executor_costs(worker->executor, &worker->output);
  sf_frame_end(&worker->output, at);
}

static int take_block(worker_process *worker, sheaf_bytes payload) {
  sf_unpack from = {payload, false};
  uint64_t bundle = sf_get_u64(&from), first = sf_get_u64(&from);
  uint64_t last = sf_get_u64(&from);
  worker->careful = sf_get_u8(&from) != 0;
  sheaf_place near = {.ordinal = sf_get_u64(&from)};
  near.offset = sf_get_u64(&from);
  int code = sf_executor_block(worker->executor, bundle, first, last, &near,
                               worker->careful, send_unit, worker);
  if (code) return code;
  put_costs(worker);
  sf_frame_end(&worker->output, sf_frame_begin(&worker->output, SF_FRAME_DONE));
  return flush(worker);
}

static int take_finish(worker_process *worker, sheaf_bytes payload) {
  sf_unpack from = {payload, false};
  sheaf_error error = {0};
  sheaf_bytes texts[2] = {sf_get_bytes(&from), sf_get_bytes(&from)};
  char *spool = sf_strndup(texts[0].data, texts[0].size);
  char *folder = sf_strndup(texts[1].data, texts[1].size);
  int code = spool && folder && sf_unpack_whole(&from)
                 ? sf_executor_finish(worker->executor, spool, folder, &error)
                 : sf_no_memory(&error);
  if (!code) error.code = 0;
  free(spool);
  free(folder);
  sf_page_idle(worker->page);
  return send_error(worker, SF_FRAME_FINISHED, &error);
}

static int take_frame(worker_process *worker, const sf_frame *frame) {
  bool ready = worker->executor != NULL;
  if (frame->type == SF_FRAME_JOB && !ready)
    return take_job(worker, frame->payload);
  if (frame->type == SF_FRAME_PLAN && ready)
    return take_plan(worker, frame->payload);
  if (frame->type == SF_FRAME_BLOCK && ready)
    return take_block(worker, frame->payload);
  if (frame->type == SF_FRAME_FINISH && ready)
    return take_finish(worker, frame->payload);
  return SHEAF_EDAMAGED;
}

// --- The conversation ------------------------------------------------------

/// Reads what is there. SHEAF_END when the supervisor has hung up.
static int receive(worker_process *worker) {
  char *room = sf_buffer_reserve(&worker->input, READ_ROOM);
  if (!room) return SHEAF_ENOMEM;
  ssize_t got = read(worker->in, room, READ_ROOM);
  if (got < 0) return errno == EINTR ? SHEAF_OK : SHEAF_EREAD;
  worker->input.size += (size_t)got;
  return got ? SHEAF_OK : SHEAF_END;
}

static int take_frames(worker_process *worker) {
  sheaf_bytes stream = sf_buffer_bytes(&worker->input);
  sf_frame frame;
  int code;
  while (!(code = sf_frame_next(&stream, &frame)))
    if ((code = take_frame(worker, &frame))) return code;
  if (stream.size) memmove(worker->input.data, stream.data, stream.size);
  worker->input.size = stream.size;
  return code == SHEAF_END ? SHEAF_OK : code;
}

static int converse(worker_process *worker) {
  int code = SHEAF_OK;
  while (!code) {
    code = receive(worker);
    if (!code) code = take_frames(worker);
  }
  return code == SHEAF_END ? SHEAF_OK : code;
}

/// There is no more work: what is known only now is told.
static int part(worker_process *worker) {
  if (!worker->executor) return SHEAF_OK;
  sf_executor_rest(worker->executor);
  put_costs(worker);
  return flush(worker);
}

/// Descriptors 0 and 1 become harmless, so that nothing that a plugin or a
/// library prints can get among the frames.
static bool move_descriptors(worker_process *worker) {
  worker->in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, PAGE_FD + 1);
  worker->out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, PAGE_FD + 1);
  int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  bool moved = worker->in >= 0 && worker->out >= 0 && nothing >= 0 &&
               dup2(nothing, STDIN_FILENO) >= 0 &&
               dup2(STDERR_FILENO, STDOUT_FILENO) >= 0;
  if (nothing >= 0) close(nothing);
  return moved;
}

/// The supervisor decides what a signal means; without it there is no work.
static void arrange_signals(void) {
  static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
  for (size_t i = 0; i < SF_COUNT(ignored); i++) signal(ignored[i], SIG_IGN);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
}

int sheaf_worker(void) {
  worker_process worker = {.flushed = sf_now_roughly()};
  sheaf_error error;
  arrange_signals();
  if (!move_descriptors(&worker) ||
      sf_page_adopt(&worker.page, PAGE_FD, &error))
    return EXIT_INTERNAL;
  close(PAGE_FD);
  int code = converse(&worker);
  if (!code) code = part(&worker);
  sf_executor_free(worker.executor);
  sf_loop_free(worker.loop);
  sf_page_free(worker.page);
  sf_buffer_clear(&worker.input);
  sf_buffer_clear(&worker.output);
  close(worker.in);
  close(worker.out);
  return code ? EXIT_INTERNAL : 0;
}
