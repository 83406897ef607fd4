#include "process/pipes.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOM           ((size_t)64 << 10)
#define PIPE_ROOMS     16  ///< That a pipe can hold.
#define LAST_WORDS_MAX ((size_t)4 << 10)
#define KEPT_CAPACITY  ((size_t)4 << 20)

// --- Opening and closing ---------------------------------------------------

static void close_end(int *fd, sf_watch **watch) {
  sf_watch_close(*watch);
  *watch = NULL;
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

static void detach(sf_pipes *pipes) {
  sf_watch **const watches[] = {&pipes->on_in, &pipes->on_out, &pipes->on_err,
                                &pipes->on_end};
  for (size_t i = 0; i < SF_COUNT(watches); i++) {
    sf_watch_close(*watches[i]);
    *watches[i] = NULL;
  }
}

void sf_pipes_hang_up(sf_pipes *pipes) {
  close_end(&pipes->in, &pipes->on_in);
}

void sf_pipes_close(sf_pipes *pipes) {
  sf_pipes_hang_up(pipes);
  close_end(&pipes->out, &pipes->on_out);
  close_end(&pipes->err, &pipes->on_err);
  close_end(&pipes->end, &pipes->on_end);
  sf_buffer_clear(&pipes->unsent);
  sf_buffer_clear(&pipes->output);
  sf_buffer_clear(&pipes->unsaid);
}

// --- Reading ---------------------------------------------------------------

static void keep_last_words(sf_buffer *words) {
  if (words->size <= LAST_WORDS_MAX) return;
  size_t excess = words->size - LAST_WORDS_MAX;
  memmove(words->data, words->data + excess, LAST_WORDS_MAX);
  words->size = LAST_WORDS_MAX;
}

typedef enum { GOT_SOME, GOT_NOTHING, AT_END } outcome;

static outcome drain(int fd, sf_buffer *into) {
  char *room = sf_buffer_reserve(into, ROOM);
  ssize_t got = room ? read(fd, room, ROOM) : 0;
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return GOT_NOTHING;
  if (got <= 0) return AT_END;
  into->size += (size_t)got;
  return GOT_SOME;
}

static void on_output(void *context) {
  sf_pipes *pipes = context;
  if (drain(pipes->out, &pipes->output) == AT_END)
    close_end(&pipes->out, &pipes->on_out);
  pipes->ready(pipes->context);
}

static void on_errors(void *context) {
  sf_pipes *pipes = context;
  if (drain(pipes->err, &pipes->unsaid) == AT_END)
    close_end(&pipes->err, &pipes->on_err);
  keep_last_words(&pipes->unsaid);
}

/// Reads what is left in a pipe; somebody may still be pouring into it.
static void drain_rest(int fd, sf_buffer *into) {
  for (int i = 0; i < PIPE_ROOMS && drain(fd, into) == GOT_SOME;) i++;
}

// What it has started may keep its output open: it says nothing for it.
static void on_end(void *context) {
  sf_pipes *pipes = context;
  if (pipes->out >= 0) drain_rest(pipes->out, &pipes->output);
  close_end(&pipes->out, &pipes->on_out);
  close_end(&pipes->end, &pipes->on_end);
  pipes->ready(pipes->context);
}

static int watch(sf_pipes *pipes, sf_watch **out, int fd,
                 void (*call)(void *context), sheaf_error *error) {
  if (fd < 0) return SHEAF_OK;
  return sf_watch_readable(out, pipes->loop, fd, call, pipes, error);
}

int sf_pipes_attach(sf_pipes *pipes, sf_loop *loop,
                    void (*ready)(void *context), void *context,
                    sheaf_error *error) {
  detach(pipes);
  pipes->loop = loop;
  pipes->ready = ready;
  pipes->context = context;
  int code = watch(pipes, &pipes->on_out, pipes->out, on_output, error);
  if (!code) code = watch(pipes, &pipes->on_err, pipes->err, on_errors, error);
  if (!code) code = watch(pipes, &pipes->on_end, pipes->end, on_end, error);
  return code;
}

// Finds the end of the next line. Looks at each byte once.
static const char *find_end(sf_pipes *pipes) {
  const char *from = pipes->output.data + pipes->searched;
  size_t size = pipes->output.size - pipes->searched;
  const char *end = size ? memchr(from, '\n', size) : NULL;
  if (!end) pipes->searched = pipes->output.size;
  return end;
}

static void forget_taken(sf_pipes *pipes) {
  sf_buffer *output = &pipes->output;
  output->size -= pipes->taken;
  if (output->size)
    memmove(output->data, output->data + pipes->taken, output->size);
  else if (output->capacity > KEPT_CAPACITY)
    sf_buffer_clear(output);
  pipes->searched -= pipes->taken;
  pipes->taken = 0;
}

bool sf_pipes_line(sf_pipes *pipes, sheaf_bytes *line) {
  const char *end = find_end(pipes);
  if (!end) {
    forget_taken(pipes);
    return false;
  }
  const char *from = pipes->output.data + pipes->taken;
  *line = (sheaf_bytes){from, (size_t)(end - from)};
  pipes->taken = pipes->searched = (size_t)(end + 1 - pipes->output.data);
  return true;
}

bool sf_pipes_over(const sf_pipes *pipes) {
  return pipes->out < 0 || pipes->broken || pipes->output.failed ||
         pipes->output.size > SF_PIPES_LINE_MAX;
}

void sf_pipes_last_words(sf_pipes *pipes, sf_buffer *out) {
  if (pipes->err >= 0) drain_rest(pipes->err, &pipes->unsaid);
  keep_last_words(&pipes->unsaid);
  sf_buffer_append(out, pipes->unsaid.data, pipes->unsaid.size);
}

// --- Writing ---------------------------------------------------------------

static void on_writable(void *context) {
  sf_pipes *pipes = context;
  sf_pipes_flush(pipes);
  if (pipes->broken) pipes->ready(pipes->context);
}

// Waits until it takes more. Without memory for that it is lost.
static void send_later(sf_pipes *pipes) {
  if (!pipes->on_in && sf_watch_writable(&pipes->on_in, pipes->loop, pipes->in,
                                         on_writable, pipes, NULL))
    pipes->broken = true;
}

void sf_pipes_put(sf_pipes *pipes, sheaf_bytes bytes) {
  sf_buffer_append(&pipes->unsent, bytes.data, bytes.size);
  if (pipes->unsent.failed) pipes->broken = true;
}

void sf_pipes_flush(sf_pipes *pipes) {
  while (!pipes->broken && sf_pipes_unsent(pipes)) {
    ssize_t put = send(pipes->in, pipes->unsent.data + pipes->sent,
                       sf_pipes_unsent(pipes), MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno == EAGAIN) {
      send_later(pipes);
      return;
    }
    if (put < 0) pipes->broken = true;
    if (put > 0) pipes->sent += (size_t)put;
  }
  sf_watch_close(pipes->on_in);
  pipes->on_in = NULL;
  pipes->sent = pipes->unsent.size = 0;
  if (pipes->unsent.capacity > KEPT_CAPACITY) sf_buffer_clear(&pipes->unsent);
}

size_t sf_pipes_unsent(const sf_pipes *pipes) {
  return pipes->unsent.size - pipes->sent;
}
