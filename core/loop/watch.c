/// Descriptors that become readable, or writable.
#include <stdlib.h>

#include "loop/handle.h"

struct sf_watch {
  sf_handle handle;
  uv_poll_t uv;
  void (*call)(void *context);
  void *context;
};

static void on_poll(uv_poll_t *uv, int status, int events) {
  sf_watch *watch = uv->data;
  (void)status;
  (void)events;
  // An error shows to whoever reads.
  watch->call(watch->context);
}

static void on_close(uv_handle_t *uv) {
  free(uv->data);
}

static void close_watch(sf_handle *handle) {
  sf_watch *watch = (sf_watch *)handle;
  uv_close((uv_handle_t *)&watch->uv, on_close);
}

static int start(sf_watch **out, sf_loop *loop, int fd, int events,
                 void (*call)(void *context), void *context,
                 sheaf_error *error) {
  sf_watch *watch = calloc(1, sizeof *watch);
  if (!watch) return sf_no_memory(error);
  watch->call = call;
  watch->context = context;
  watch->uv.data = watch;
  int status = uv_poll_init(&loop->uv, &watch->uv, fd);
  if (status) {
    free(watch);
    return sf_fail_uv(error, SHEAF_EREAD, "descriptor", "cannot be watched",
                      status);
  }
  status = uv_poll_start(&watch->uv, events, on_poll);
  if (status) {
    close_watch(&watch->handle);
    return sf_fail_uv(error, SHEAF_EREAD, "descriptor", "cannot be watched",
                      status);
  }
  sf_handle_add(loop, &watch->handle, close_watch);
  *out = watch;
  return SHEAF_OK;
}

int sf_watch_readable(sf_watch **out, sf_loop *loop, int fd,
                      void (*call)(void *context), void *context,
                      sheaf_error *error) {
  return start(out, loop, fd, UV_READABLE, call, context, error);
}

int sf_watch_writable(sf_watch **out, sf_loop *loop, int fd,
                      void (*call)(void *context), void *context,
                      sheaf_error *error) {
  return start(out, loop, fd, UV_WRITABLE, call, context, error);
}

void sf_watch_close(sf_watch *watch) {
  if (!watch) return;
  sf_handle_remove(&watch->handle);
  close_watch(&watch->handle);
}
