/// JSON files.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "json/json.h"

static int read_file(sf_buffer *out, const char *path, sheaf_error *error) {
  FILE *stream = fopen(path, "rbe");
  if (!stream)
    return sf_fail_errno(error, SHEAF_EOPEN, path, "cannot be opened");
  size_t got = 1;
  while (got > 0 && !out->failed) {
    char *end = sf_buffer_reserve(out, 4096);
    got = end ? fread(end, 1, 4096, stream) : 0;
    out->size += got;
  }
  bool bad = ferror(stream) != 0;
  if (fclose(stream) != 0 || bad)
    return sf_fail_errno(error, SHEAF_EREAD, path, "cannot be read");
  return out->failed ? sf_no_memory(error) : SHEAF_OK;
}

int sf_json_file(sheaf_value *out, const char *path, sheaf_error *error) {
  sf_buffer content = {0};
  *out = (sheaf_value)SHEAF_VALUE_NULL;
  int code = read_file(&content, path, error);
  if (code == SHEAF_OK) {
    code = sheaf_value_parse(out, content.data, content.size, error);
    if (code == SHEAF_ESYNTAX && error)
      snprintf(error->what, sizeof error->what, "%s", path);
  }
  sf_buffer_clear(&content);
  return code;
}
