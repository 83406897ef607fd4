/// Child processes with pipes at their standard input and output.
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "loop/handle.h"

struct sf_child {
  sf_handle handle;
  sf_loop *loop;
  uv_process_t process;
  uv_pipe_t input;   ///< The child's standard input: we write.
  uv_pipe_t output;  ///< Its standard output: we read.
  uv_shutdown_t farewell;
  sf_child_events events;
  bool exited;   ///< The process has ended.
  bool drained;  ///< Its output was read to the end.
  bool closing;  ///< Nothing is reported any more.
  int open;      ///< Handles that are not closed yet.
  int status;
  int signal;
};

/// A copy of bytes on their way to the child.
typedef struct {
  uv_write_t request;
  char data[];
} parcel;

static void on_close(uv_handle_t *uv) {
  sf_child *child = uv->data;
  if (--child->open == 0) free(child);
}

/// The order in which a process's end and the end of its output are seen is
/// not defined: the owner hears of it when both have come.
static void report_end(sf_child *child) {
  if (!child->exited || !child->drained || child->closing) return;
  child->events.on_exit(child->events.context, child->status, child->signal);
}

static void on_exit_status(uv_process_t *process, int64_t status, int signal) {
  sf_child *child = process->data;
  child->exited = true;
  child->status = (int)status;
  child->signal = signal;
  report_end(child);
}

/// A child that cannot be talked with any more would wait for ever: it is
/// ended, and its owner hears of that.
static void on_broken_pipe(sf_child *child) {
  if (!child->closing) sf_child_kill(child, SIGKILL);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *room) {
  sf_child *child = handle->data;
  (void)suggested;
  *room = uv_buf_init(child->loop->scratch, sizeof child->loop->scratch);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *room) {
  sf_child *child = stream->data;
  if (count > 0) {
    sheaf_bytes data = {room->base, (size_t)count};
    child->events.on_data(child->events.context, data);
  } else if (count < 0) {
    uv_read_stop(stream);
    child->drained = true;
    if (count != UV_EOF) on_broken_pipe(child);
    report_end(child);
  }
}

static void on_written(uv_write_t *request, int status) {
  // A child that hung up is ending by itself.
  if (status && status != UV_EPIPE) on_broken_pipe(request->handle->data);
  free(request->data);
}

static void init_handles(sf_child *child) {
  // Initialising a pipe cannot fail on Unix.
  uv_pipe_init(&child->loop->uv, &child->input, 0);
  uv_pipe_init(&child->loop->uv, &child->output, 0);
  child->open = 3;
  child->input.data = child->output.data = child->process.data = child;
}

static int spawn(sf_child *child, const char *program,
                 const char *const *arguments, int page) {
  uv_stdio_container_t stdio[4] = {
      {UV_CREATE_PIPE | UV_READABLE_PIPE, {(uv_stream_t *)&child->input}},
      {UV_CREATE_PIPE | UV_WRITABLE_PIPE, {(uv_stream_t *)&child->output}},
  };
  stdio[2].flags = UV_INHERIT_FD;
  stdio[2].data.fd = 2;
  stdio[3].flags = UV_INHERIT_FD;
  stdio[3].data.fd = page;
  uv_process_options_t options = {0};
  options.file = program;
  options.args = (char **)arguments;
  options.exit_cb = on_exit_status;
  options.stdio = stdio;
  options.stdio_count = page < 0 ? 3 : 4;
  return uv_spawn(&child->loop->uv, &child->process, &options);
}

/// Lets go of everything; the memory goes when libuv has let go as well.
static void release(sf_handle *handle) {
  sf_child *child = (sf_child *)handle;
  child->closing = true;
  uv_close((uv_handle_t *)&child->input, on_close);
  uv_close((uv_handle_t *)&child->output, on_close);
  uv_close((uv_handle_t *)&child->process, on_close);
}

/// Ends a child that still runs and waits for its end, so that it is gone,
/// and no zombie, when its handle is.
static void reap(sf_handle *handle) {
  sf_child *child = (sf_child *)handle;
  int pid = child->exited ? 0 : uv_process_get_pid(&child->process);
  if (pid) kill(pid, SIGKILL);
  release(handle);
  while (pid && waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
}

int sf_child_start(sf_child **out, sf_loop *loop, const char *program,
                   const char *const *arguments, int page,
                   const sf_child_events *events, sheaf_error *error) {
  sf_child *child = calloc(1, sizeof *child);
  if (!child) return sf_no_memory(error);
  child->loop = loop;
  child->events = *events;
  init_handles(child);
  int status = spawn(child, program, arguments, page);
  if (status) {
    release(&child->handle);
    return sf_fail_uv(error, SHEAF_EINTERNAL, program, "cannot be started",
                      status);
  }
  sf_handle_add(loop, &child->handle, reap);
  sf_child_resume(child);
  *out = child;
  return SHEAF_OK;
}

int sf_child_write(sf_child *child, sheaf_bytes data, sheaf_error *error) {
  if (data.size > UINT32_MAX) return sf_no_memory(error);
  parcel *copy = malloc(sizeof *copy + data.size);
  if (!copy) return sf_no_memory(error);
  if (data.size) memcpy(copy->data, data.data, data.size);
  copy->request.data = copy;
  uv_buf_t buffer = uv_buf_init(copy->data, (unsigned)data.size);
  int status = uv_write(&copy->request, (uv_stream_t *)&child->input, &buffer,
                        1, on_written);
  // Refused at once: the pipe is closed, and the child's end will be heard of.
  if (status) free(copy);
  return SHEAF_OK;
}

static void on_shut(uv_shutdown_t *request, int status) {
  // Shut or cancelled: either way there is nothing to send any more.
  (void)request;
  (void)status;
}

void sf_child_hang_up(sf_child *child) {
  uv_shutdown(&child->farewell, (uv_stream_t *)&child->input, on_shut);
}

void sf_child_pause(sf_child *child) {
  uv_read_stop((uv_stream_t *)&child->output);
}

void sf_child_resume(sf_child *child) {
  if (child->drained) return;
  uv_read_start((uv_stream_t *)&child->output, on_room, on_read);
}

void sf_child_kill(sf_child *child, int signal) {
  if (!child->exited) uv_process_kill(&child->process, signal);
}

int sf_child_pid(const sf_child *child) {
  return uv_process_get_pid(&child->process);
}

void sf_child_close(sf_child *child) {
  if (!child) return;
  sf_handle_remove(&child->handle);
  reap(&child->handle);
}
