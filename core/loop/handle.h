/// What the files of this module share: the loop itself, and the list of the
/// handles that it must close.
#ifndef SF_LOOP_HANDLE_H
#define SF_LOOP_HANDLE_H

#include <uv.h>

#include "loop/loop.h"

/// The first member of everything that lives on a loop.
typedef struct sf_handle {
  struct sf_handle *next;
  struct sf_handle **link;  ///< What points at this handle; NULL: unlisted.
  void (*close)(struct sf_handle *handle);
} sf_handle;

struct sf_loop {
  uv_loop_t uv;
  sf_handle *handles;
  sf_broker broker;        ///< Without a `pid` until there is one.
  bool borrows;            ///< It is another loop's.
  char scratch[64 << 10];  ///< Where the bytes of children arrive.
};

/// Puts `handle` on the loop's list, so that sf_loop_free() closes it.
void sf_handle_add(sf_loop *loop, sf_handle *handle,
                   void (*close)(sf_handle *handle));

/// Takes it off the list. Harmless when it is not on it.
void sf_handle_remove(sf_handle *handle);

/// Fails with what libuv says of its error `status`.
int sf_fail_uv(sheaf_error *error, int code, const char *what, const char *why,
               int status);

#endif
