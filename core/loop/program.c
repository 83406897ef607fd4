/// Programs that the loop's broker runs, with pipes at their descriptors.
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loop/broker.h"
#include "loop/handle.h"

enum { INPUT, OUTPUT, ERRORS, REPORT };

struct sf_program {
  sf_handle handle;
  sf_loop *loop;
  sf_program_events events;
  uv_pipe_t pipes[SF_BROKER_FDS];
  unsigned open;      ///< Pipes whose handles are not closed yet.
  unsigned talking;   ///< Pipes that may still bring something.
  int32_t ending[2];  ///< As it is reported.
  size_t ending_size;
  bool closing;
};

typedef struct {
  uv_write_t request;
  char data[];
} parcel;

// --- Events ----------------------------------------------------------------

static void on_close(uv_handle_t *uv) {
  sf_program *program = uv->data;
  if (--program->open == 0) free(program);
}

static void take_report(sf_program *program, sheaf_bytes data) {
  size_t room = sizeof program->ending - program->ending_size;
  size_t size = data.size < room ? data.size : room;
  memcpy((char *)program->ending + program->ending_size, data.data, size);
  program->ending_size += size;
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *room) {
  const sf_program *program = handle->data;
  (void)suggested;
  *room = uv_buf_init(program->loop->scratch, sizeof program->loop->scratch);
}

static void report_end(sf_program *program) {
  bool told = program->ending_size == sizeof program->ending;
  if (program->closing) return;
  // Without a report the broker is gone, and the program with it.
  program->events.on_exit(program->events.context, program->ending[0],
                          told ? program->ending[1] : SIGKILL);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *room) {
  sf_program *program = stream->data;
  sheaf_bytes data = {room->base, count > 0 ? (size_t)count : 0};
  if (count == 0) return;
  if (count < 0) {
    uv_read_stop(stream);
    if (--program->talking == 0) report_end(program);
  } else if (stream == (uv_stream_t *)&program->pipes[OUTPUT]) {
    program->events.on_data(program->events.context, data);
  } else if (stream == (uv_stream_t *)&program->pipes[ERRORS]) {
    program->events.on_errors(program->events.context, data);
  } else {
    take_report(program, data);
  }
}

/// The end of a pipe is the end of what the program reads.
static void close_pipe(uv_pipe_t *end) {
  if (!uv_is_closing((uv_handle_t *)end))
    uv_close((uv_handle_t *)end, on_close);
}

static void on_written(uv_write_t *request, int status) {
  // A program that does not want to hear is heard of through its end.
  (void)status;
  close_pipe((uv_pipe_t *)request->handle);
  free(request->data);
}

// --- Starting --------------------------------------------------------------

static void close_all(const int fds[], size_t count) {
  for (size_t i = 0; i < count; i++)
    if (fds[i] >= 0) close(fds[i]);
}

/// Makes the pipes; `theirs` are the program's ends, above the three that it
/// will have.
static bool make_pipes(int ours[SF_BROKER_FDS], int theirs[SF_BROKER_FDS]) {
  for (size_t i = 0; i < SF_BROKER_FDS; i++) ours[i] = theirs[i] = -1;
  for (size_t i = 0; i < SF_BROKER_FDS; i++) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return false;
    ours[i] = ends[i == INPUT];
    theirs[i] = ends[i != INPUT];
  }
  return true;
}

static bool pack(sf_buffer *packet, const char *program,
                 const char *const *words) {
  sf_buffer_append(packet, program, strlen(program) + 1);
  for (; *words; words++) sf_buffer_append(packet, *words, strlen(*words) + 1);
  return !packet->failed && packet->size <= SF_BROKER_PACKET;
}

static int request(sf_loop *loop, const char *program, const char *const *words,
                   const int fds[SF_BROKER_FDS], sheaf_error *error) {
  sf_buffer packet = {0};
  int code = SHEAF_OK;
  if (!loop->broker.pid)
    code = sf_broker_start(&loop->broker, NULL, NULL, error);
  if (!code && !pack(&packet, program, words))
    code = sf_fail(error, SHEAF_EINVAL, program, "its command is too long");
  if (!code && !sf_message_send(loop->broker.requests, sf_buffer_bytes(&packet),
                                fds, SF_BROKER_FDS))
    code = sf_fail_errno(error, SHEAF_EINTERNAL, program, "not started");
  sf_buffer_clear(&packet);
  return code;
}

static void close_program(sf_handle *handle) {
  sf_program *program = (sf_program *)handle;
  program->closing = true;
  for (size_t i = 0; i < SF_BROKER_FDS; i++) close_pipe(&program->pipes[i]);
}

/// Takes our ends of the pipes.
static void open_pipes(sf_program *program, const int ours[SF_BROKER_FDS]) {
  program->open = SF_BROKER_FDS;
  for (size_t i = 0; i < SF_BROKER_FDS; i++) {
    uv_pipe_t *end = &program->pipes[i];
    uv_pipe_init(&program->loop->uv, end, 0);
    end->data = program;
    // It is a pipe that we have just made.
    if (uv_pipe_open(end, ours[i])) close(ours[i]);
    if (i == INPUT) continue;
    program->talking++;
    uv_read_start((uv_stream_t *)end, on_room, on_read);
  }
}

int sf_program_start(sf_program **out, sf_loop *loop, const char *path,
                     const char *const *words, const sf_program_events *events,
                     sheaf_error *error) {
  int ours[SF_BROKER_FDS], theirs[SF_BROKER_FDS];
  sf_program *program = calloc(1, sizeof *program);
  if (!program) return sf_no_memory(error);
  program->loop = loop;
  program->events = *events;
  int code = make_pipes(ours, theirs)
                 ? request(loop, path, words, theirs, error)
                 : sf_fail_errno(error, SHEAF_EINTERNAL, path, "no pipes");
  close_all(theirs, SF_BROKER_FDS);
  if (code) {
    close_all(ours, SF_BROKER_FDS);
    free(program);
    return code;
  }
  open_pipes(program, ours);
  sf_handle_add(loop, &program->handle, close_program);
  *out = program;
  return SHEAF_OK;
}

int sf_program_feed(sf_program *program, sheaf_bytes data, sheaf_error *error) {
  uv_stream_t *input = (uv_stream_t *)&program->pipes[INPUT];
  if (data.size > UINT32_MAX) return sf_no_memory(error);
  parcel *copy = malloc(sizeof *copy + data.size);
  if (!copy) return sf_no_memory(error);
  if (data.size) memcpy(copy->data, data.data, data.size);
  copy->request.data = copy;
  uv_buf_t buffer = uv_buf_init(copy->data, (unsigned)data.size);
  if (!uv_write(&copy->request, input, &buffer, 1, on_written)) return SHEAF_OK;
  free(copy);
  close_pipe(&program->pipes[INPUT]);
  return SHEAF_OK;
}

void sf_program_close(sf_program *program) {
  if (!program) return;
  sf_handle_remove(&program->handle);
  close_program(&program->handle);
}
