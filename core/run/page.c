/// The shared page, a sequence lock: the version is odd while a note is being
/// written, and a reader that sees it change reads nothing.
#include "run/page.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "loop/loop.h"

enum { NAME_ROOM = 64 << 10 };  ///< Zip's limit of a name.

struct sf_page {
  _Atomic uint64_t version;
  _Atomic uint64_t document;
  _Atomic uint64_t bytes_in;
  _Atomic uint64_t started;
  _Atomic uint32_t step;
  _Atomic uint32_t wall_ms;
  uint32_t name_size;
  char name[NAME_ROOM];
};

static int map(sf_page **out, int fd, sheaf_error *error) {
  void *memory =
      mmap(NULL, sizeof(sf_page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED)
    return sf_fail_errno(error, SHEAF_EINTERNAL, "worker",
                         "its page cannot be mapped");
  *out = memory;
  return SHEAF_OK;
}

int sf_page_new(sf_page **out, int *fd, sheaf_error *error) {
  int made = memfd_create("sheaf-page", MFD_CLOEXEC);
  if (made < 0 || ftruncate(made, sizeof(sf_page))) {
    sf_fail_errno(error, SHEAF_EINTERNAL, "worker", "its page cannot be made");
    goto fail;
  }
  if (map(out, made, error)) goto fail;
  *fd = made;
  sf_page_idle(*out);
  return SHEAF_OK;

fail:
  if (made >= 0) close(made);
  return SHEAF_EINTERNAL;
}

int sf_page_adopt(sf_page **out, int fd, sheaf_error *error) {
  off_t size = lseek(fd, 0, SEEK_END);
  if (size != (off_t)sizeof(sf_page))
    return sf_fail(error, SHEAF_EINTERNAL, "worker",
                   "descriptor %d is not the supervisor's page", fd);
  return map(out, fd, error);
}

void sf_page_free(sf_page *page) {
  if (page) munmap(page, sizeof *page);
}

// There is one writer: no other can change the version meanwhile.

static uint64_t next_version(sf_page *page) {
  return atomic_load_explicit(&page->version, memory_order_relaxed) + 1;
}

static void begin(sf_page *page) {
  atomic_store_explicit(&page->version, next_version(page),
                        memory_order_relaxed);
  atomic_thread_fence(memory_order_release);
}

static void end(sf_page *page) {
  atomic_store_explicit(&page->version, next_version(page),
                        memory_order_release);
}

static void set(_Atomic uint64_t *field, uint64_t value) {
  atomic_store_explicit(field, value, memory_order_relaxed);
}

static void set_step(sf_page *page, uint32_t step, uint32_t wall_ms,
                     uint64_t now) {
  atomic_store_explicit(&page->step, step, memory_order_relaxed);
  atomic_store_explicit(&page->wall_ms, wall_ms, memory_order_relaxed);
  set(&page->started, now);
}

void sf_page_document(sf_page *page, uint64_t ordinal, sheaf_bytes name,
                      uint32_t wall_ms, uint64_t now) {
  if (!page) return;
  size_t size = name.size < NAME_ROOM ? name.size : NAME_ROOM;
  begin(page);
  set(&page->document, ordinal);
  set(&page->bytes_in, 0);
  set_step(page, SF_STEP_NONE, wall_ms, now);
  page->name_size = (uint32_t)size;
  if (size) memcpy(page->name, name.data, size);
  end(page);
}

void sf_page_content(sf_page *page, uint64_t bytes_in) {
  if (page) set(&page->bytes_in, bytes_in);
}

void sf_page_enter(sf_page *page, uint32_t step, uint32_t wall_ms,
                   uint64_t now) {
  if (!page) return;
  begin(page);
  set_step(page, step, wall_ms, now);
  end(page);
}

void sf_page_leave(sf_page *page, uint64_t now) {
  sf_page_enter(page, SF_STEP_NONE, 0, now);
}

void sf_page_idle(sf_page *page) {
  sf_page_document(page, 0, (sheaf_bytes){NULL, 0}, 0, sf_now());
}

static uint64_t get(_Atomic uint64_t *field) {
  return atomic_load_explicit(field, memory_order_relaxed);
}

bool sf_page_read(sf_page *page, sf_note *note) {
  uint64_t before = atomic_load_explicit(&page->version, memory_order_acquire);
  *note = (sf_note){
      .call = before,
      .document = get(&page->document),
      .bytes_in = get(&page->bytes_in),
      .started = get(&page->started),
      .step = atomic_load_explicit(&page->step, memory_order_relaxed),
      .wall_ms = atomic_load_explicit(&page->wall_ms, memory_order_relaxed),
  };
  atomic_thread_fence(memory_order_acquire);
  return before % 2 == 0 && get(&page->version) == before;
}

sheaf_bytes sf_page_name(const sf_page *page) {
  size_t size = page->name_size < NAME_ROOM ? page->name_size : NAME_ROOM;
  return (sheaf_bytes){page->name, size};
}
