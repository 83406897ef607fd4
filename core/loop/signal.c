/// Signals, delivered on the loop.
#include <stdlib.h>

#include "loop/handle.h"

struct sf_signal {
  sf_handle handle;
  uv_signal_t uv;
  void (*call)(void *context, int number);
  void *context;
};

static void on_signal(uv_signal_t *uv, int number) {
  sf_signal *watch = uv->data;
  watch->call(watch->context, number);
}

static void on_close(uv_handle_t *uv) {
  free(uv->data);
}

static void close_signal(sf_handle *handle) {
  sf_signal *watch = (sf_signal *)handle;
  uv_close((uv_handle_t *)&watch->uv, on_close);
}

int sf_signal_once(sf_signal **out, sf_loop *loop, int number,
                   void (*call)(void *context, int number), void *context,
                   sheaf_error *error) {
  sf_signal *watch = calloc(1, sizeof *watch);
  if (!watch) return sf_no_memory(error);
  watch->call = call;
  watch->context = context;
  watch->uv.data = watch;
  int status = uv_signal_init(&loop->uv, &watch->uv);
  if (status) {
    free(watch);
    return sf_fail_uv(error, SHEAF_EINTERNAL, "signals", "cannot be watched",
                      status);
  }
  status = uv_signal_start_oneshot(&watch->uv, on_signal, number);
  if (status) {
    close_signal(&watch->handle);
    return sf_fail_uv(error, SHEAF_EINTERNAL, "signal", "cannot be watched",
                      status);
  }
  // Waiting for a signal alone is no reason to go on.
  uv_unref((uv_handle_t *)&watch->uv);
  sf_handle_add(loop, &watch->handle, close_signal);
  *out = watch;
  return SHEAF_OK;
}

void sf_signal_close(sf_signal *watch) {
  if (!watch) return;
  sf_handle_remove(&watch->handle);
  close_signal(&watch->handle);
}
