#include "cli/reading.h"

#include <limits.h>

static int read_small(const char *verb, const char *option, const char *text,
                      unsigned *out) {
  uint64_t number = 0;
  int status = cli_read_number(verb, option, text, UINT_MAX, &number);
  if (status == CLI_OK) *out = (unsigned)number;
  return status;
}

// DEPTH may be missing: then it is the usual one.
static int read_depth(const char *verb, const char *text, unsigned *out) {
  uint64_t number = SHEAF_NESTED_DEFAULT;
  int status =
      text ? cli_read_number(verb, "nested", text, SHEAF_NESTED_MAX, &number)
           : CLI_OK;
  *out = (unsigned)number;
  return status;
}

int cli_reading_take(cli_reading *reading, const char *verb, int option,
                     const char *text) {
  sheaf_bundle_options *how = &reading->how;
  switch (option) {
    case 0:
      reading->limited = true;
      return cli_read_number(verb, "max-document", text, SIZE_MAX / 4,
                             &how->max_document);
    case 1:
      return cli_read_number(verb, "max-total", text, UINT64_MAX,
                             &how->max_total);
    case 2:
      return cli_read_number(verb, "max-members", text, UINT64_MAX,
                             &how->max_members);
    case 3:
      return read_small(verb, "max-ratio", text, &how->max_ratio);
    case 4:
      return read_small(verb, "max-name", text, &how->max_name);
    case 5:
      return read_small(verb, "max-stall", text, &how->max_stall);
    case 6:
      how->text_field = text;
      return CLI_OK;
    case 7:
      how->id_field = text;
      return CLI_OK;
    case 8:
      how->format = text;
      return CLI_OK;
    default:
      return read_depth(verb, text, &reading->nested);
  }
}
