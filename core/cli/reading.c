#include "cli/reading.h"

#include <limits.h>

static int read_number(const char *verb, const char *option, const char *text,
                       uint64_t most, uint64_t *out) {
  if (cli_parse_size(text, out) && *out <= most) return CLI_OK;
  return cli_usage(verb, "'%s' for --%s is not a number from 0 to %llu", text,
                   option, (unsigned long long)most);
}

static int read_small(const char *verb, const char *option, const char *text,
                      unsigned *out) {
  uint64_t number = 0;
  int status = read_number(verb, option, text, UINT_MAX, &number);
  if (status == CLI_OK) *out = (unsigned)number;
  return status;
}

int cli_reading_take(sheaf_bundle_options *reading, const char *verb,
                     int option, const char *text) {
  switch (option) {
    case 0:
      return read_number(verb, "max-document", text, SIZE_MAX / 4,
                         &reading->max_document);
    case 1:
      return read_number(verb, "max-total", text, UINT64_MAX,
                         &reading->max_total);
    case 2:
      return read_number(verb, "max-members", text, UINT64_MAX,
                         &reading->max_members);
    case 3:
      return read_small(verb, "max-ratio", text, &reading->max_ratio);
    case 4:
      return read_small(verb, "max-name", text, &reading->max_name);
    case 5:
      reading->text_field = text;
      return CLI_OK;
    case 6:
      reading->id_field = text;
      return CLI_OK;
    default:
      reading->format = text;
      return CLI_OK;
  }
}
