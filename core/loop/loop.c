/// The loop itself: making it, running it, and closing all that is on it.
#include "loop/loop.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "loop/handle.h"

int sf_fail_uv(sheaf_error *error, int code, const char *what, const char *why,
               int status) {
  return sf_fail(error, code, what, "%s: %s", why, uv_strerror(status));
}

void sf_handle_add(sf_loop *loop, sf_handle *handle,
                   void (*close)(sf_handle *handle)) {
  handle->close = close;
  handle->next = loop->handles;
  handle->link = &loop->handles;
  if (handle->next) handle->next->link = &handle->next;
  loop->handles = handle;
}

void sf_handle_remove(sf_handle *handle) {
  if (!handle->link) return;
  *handle->link = handle->next;
  if (handle->next) handle->next->link = handle->link;
  handle->link = NULL;
}

int sf_loop_new(sf_loop **out, sheaf_error *error) {
  sf_loop *loop = malloc(sizeof *loop);
  if (!loop) return sf_no_memory(error);
  loop->handles = NULL;
  loop->broker.pid = 0;
  loop->borrows = false;
  int status = uv_loop_init(&loop->uv);
  if (status) {
    free(loop);
    return sf_fail_uv(error, SHEAF_EINTERNAL, "event loop", "cannot be made",
                      status);
  }
  *out = loop;
  return SHEAF_OK;
}

/// Closes a handle that is not ours, such as one that a script left behind.
/// Its memory is its owner's.
static void close_stranger(uv_handle_t *handle, void *context) {
  (void)context;
  if (!uv_is_closing(handle)) uv_close(handle, NULL);
}

void sf_loop_free(sf_loop *loop) {
  if (!loop) return;
  while (loop->handles) {
    sf_handle *handle = loop->handles;
    sf_handle_remove(handle);
    handle->close(handle);
  }
  uv_walk(&loop->uv, close_stranger, NULL);
  // A stop that came while the loop did not run ends the first turn at once.
  uv_run(&loop->uv, UV_RUN_DEFAULT);
  uv_run(&loop->uv, UV_RUN_DEFAULT);
  uv_loop_close(&loop->uv);
  if (!loop->borrows) sf_broker_stop(&loop->broker);
  free(loop);
}

void sf_loop_set_broker(sf_loop *loop, const sf_broker *broker) {
  loop->broker = *broker;
}

void sf_loop_borrow_broker(sf_loop *loop, const sf_loop *lender) {
  if (!lender->broker.pid) return;
  loop->broker = lender->broker;
  loop->borrows = true;
}

int sf_loop_run(sf_loop *loop, sheaf_error *error) {
  (void)error;
  uv_run(&loop->uv, UV_RUN_DEFAULT);
  return SHEAF_OK;
}

void sf_loop_poll(sf_loop *loop) {
  uv_run(&loop->uv, UV_RUN_NOWAIT);
}

void sf_loop_wait(sf_loop *loop) {
  uv_run(&loop->uv, UV_RUN_ONCE);
}

void sf_loop_stop(sf_loop *loop) {
  uv_stop(&loop->uv);
}

void *sf_loop_handle(sf_loop *loop) {
  return &loop->uv;
}

uint64_t sf_now(void) {
  return uv_hrtime();
}

uint64_t sf_now_roughly(void) {
  struct timespec now;
  // Both are the clock of uv_hrtime(); this one moves with the kernel's tick.
  if (clock_gettime(CLOCK_MONOTONIC_COARSE, &now)) return uv_hrtime();
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t sf_memory_peak(void) {
  struct rusage used;
  if (getrusage(RUSAGE_SELF, &used)) return 0;
  return (uint64_t)used.ru_maxrss * 1024;
}

const char *sf_loop_version(void) {
  return uv_version_string();
}
