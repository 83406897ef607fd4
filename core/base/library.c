/// Shared libraries that are opened when they are first needed, so that a
/// program which does not need them starts without them.
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"

void *sf_library_open(const char *name) {
  return dlopen(name, RTLD_NOW | RTLD_LOCAL);
}

void *sf_library_try(const char *name, char *reason, size_t size) {
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library) snprintf(reason, size, "%s", dlerror());
  return library;
}

void sf_library_close(void *library) {
  dlclose(library);
}

bool sf_library_symbol(void *library, const char *symbol, void *function) {
  void *address = dlsym(library, symbol);
  // ISO C has no cast from an object pointer to a function pointer.
  memcpy(function, &address, sizeof address);
  return address != NULL;
}
