/// Error codes and the filling of sheaf_error.
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"

typedef struct {
  int code;
  const char *slug;
  sheaf_scope scope;
  const char *message;
} code_row;

static const code_row codes[] = {
#define SHEAF_X(name, value, slug, scope, message) \
  {value, slug, SHEAF_SCOPE_##scope, message},
    SHEAF_ERROR_MAP(SHEAF_X)
#undef SHEAF_X
};

static const code_row *find_code(int code) {
  for (size_t i = 0; i < SF_COUNT(codes); i++)
    if (codes[i].code == code) return &codes[i];
  return NULL;
}

const char *sheaf_code_slug(int code) {
  const code_row *row = find_code(code);
  if (row) return row->slug;
  return code == SHEAF_OK ? "ok" : code == SHEAF_END ? "end" : "unknown";
}

const char *sheaf_code_message(int code) {
  const code_row *row = find_code(code);
  if (row) return row->message;
  return code == SHEAF_OK    ? "all is well"
         : code == SHEAF_END ? "nothing more to come"
                             : "unknown error";
}

sheaf_scope sheaf_code_scope(int code) {
  const code_row *row = find_code(code);
  return row ? row->scope : SHEAF_SCOPE_RUN;
}

int sheaf_code_from_slug(const char *slug) {
  for (size_t i = 0; i < SF_COUNT(codes); i++)
    if (strcmp(codes[i].slug, slug) == 0) return codes[i].code;
  return 0;
}

int sf_fail(sheaf_error *error, int code, const char *what, const char *why,
            ...) {
  if (!error) return code;
  error->code = code;
  error->hint[0] = '\0';
  snprintf(error->what, sizeof error->what, "%s", what ? what : "");
  va_list arguments;
  va_start(arguments, why);
  vsnprintf(error->why, sizeof error->why, why, arguments);
  va_end(arguments);
  return code;
}

int sf_fail_errno(sheaf_error *error, int code, const char *what,
                  const char *why) {
  return sf_fail(error, code, what, "%s: %s", why, strerror(errno));
}

int sf_hint(sheaf_error *error, const char *hint, ...) {
  if (!error) return SHEAF_EINTERNAL;
  va_list arguments;
  va_start(arguments, hint);
  vsnprintf(error->hint, sizeof error->hint, hint, arguments);
  va_end(arguments);
  return error->code;
}

int sf_no_memory(sheaf_error *error) {
  return sf_fail(error, SHEAF_ENOMEM, NULL, "out of memory");
}
