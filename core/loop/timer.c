/// Timers: a call at regular times.
#include <stdlib.h>

#include "loop/handle.h"

struct sf_timer {
  sf_handle handle;
  uv_timer_t uv;
  void (*call)(void *context);
  void *context;
};

static void on_tick(uv_timer_t *uv) {
  sf_timer *timer = uv->data;
  timer->call(timer->context);
}

static void on_close(uv_handle_t *uv) {
  free(uv->data);
}

static void close_timer(sf_handle *handle) {
  sf_timer *timer = (sf_timer *)handle;
  uv_close((uv_handle_t *)&timer->uv, on_close);
}

static int start(sf_timer **out, sf_loop *loop, unsigned ms, unsigned again,
                 void (*call)(void *context), void *context,
                 sheaf_error *error) {
  sf_timer *timer = calloc(1, sizeof *timer);
  if (!timer) return sf_no_memory(error);
  timer->call = call;
  timer->context = context;
  timer->uv.data = timer;
  uv_timer_init(&loop->uv, &timer->uv);
  // The loop's own clock stands still while it is not run.
  uv_update_time(&loop->uv);
  uv_timer_start(&timer->uv, on_tick, ms, again);
  sf_handle_add(loop, &timer->handle, close_timer);
  *out = timer;
  return SHEAF_OK;
}

int sf_timer_every(sf_timer **out, sf_loop *loop, unsigned ms,
                   void (*call)(void *context), void *context,
                   sheaf_error *error) {
  return start(out, loop, ms, ms, call, context, error);
}

int sf_timer_once(sf_timer **out, sf_loop *loop, unsigned ms,
                  void (*call)(void *context), void *context,
                  sheaf_error *error) {
  return start(out, loop, ms, 0, call, context, error);
}

void sf_timer_close(sf_timer *timer) {
  if (!timer) return;
  sf_handle_remove(&timer->handle);
  close_timer(&timer->handle);
}
