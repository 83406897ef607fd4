#include "run/choice.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json/json.h"

#define MILLION 1000000u

int sf_choice_take(sf_choice *choice, const sheaf_run_options *options,
                   sheaf_error *error) {
  double sample = options->sample * MILLION;
  if (!(options->sample >= 0 && options->sample <= 1))
    return sf_fail(error, SHEAF_EUSAGE, "sample",
                   "%g is no part of all documents: 0 to 1", options->sample);
  *choice = (sf_choice){.filters = options->filters, .limit = options->limit};
  // Some part of a million remains, however small it is.
  if (sample > 0) choice->sample = sample < 1 ? 1 : (uint32_t)sample;
  return SHEAF_OK;
}

// --- Choosing --------------------------------------------------------------

/// Patterns that begin with "!" take away; the others, if there are any, have
/// to match one.
static bool passes_filters(const sf_choice *choice, const char *name) {
  bool any = false, found = false;
  for (const char *const *filter = choice->filters; *filter; filter++) {
    bool excludes = **filter == '!';
    bool matches = fnmatch(*filter + excludes, name, 0) == 0;
    if (excludes && matches) return false;
    any = any || !excludes;
    found = found || (!excludes && matches);
  }
  return found || !any;
}

/// FNV-1a, with its bits mixed once more (Steele et al., "SplitMix").
static uint64_t hash(const sheaf_member *member) {
  uint64_t value = UINT64_C(0xcbf29ce484222325) ^ member->ordinal;
  for (size_t i = 0; i < member->name.size; i++)
    value =
        (value ^ (unsigned char)member->name.data[i]) * UINT64_C(0x100000001b3);
  value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
  return value ^ value >> 31;
}

bool sf_choice_takes(const sf_choice *choice, const sheaf_member *member) {
  if (choice->sample && hash(member) % MILLION >= choice->sample) return false;
  if (!choice->filters || !choice->filters[0]) return true;
  char *name = sf_strndup(member->name.data, member->name.size);
  // Without memory nothing is left out.
  bool takes = !name || passes_filters(choice, name);
  free(name);
  return takes;
}

// --- On the wire -----------------------------------------------------------

static size_t count_filters(const sf_choice *choice) {
  size_t count = 0;
  while (choice->filters && choice->filters[count]) count++;
  return count;
}

void sf_choice_pack(sf_buffer *out, const sf_choice *choice) {
  size_t count = count_filters(choice);
  sf_put_u64(out, choice->limit);
  sf_put_u32(out, choice->sample);
  sf_put_u64(out, count);
  for (size_t i = 0; i < count; i++)
    sf_put_bytes(out, sf_bytes(choice->filters[i]));
}

int sf_choice_unpack(sf_unpack *from, sf_choice *choice, sheaf_error *error) {
  *choice = (sf_choice){.limit = sf_get_u64(from)};
  choice->sample = sf_get_u32(from);
  size_t count = sf_get_u64(from);
  // Each takes at least the four bytes of its length.
  if (from->failed || count > from->rest.size / 4)
    return sf_fail(error, SHEAF_EINTERNAL, "worker", "its order is damaged");
  char **filters = calloc(count + 1, sizeof *filters);
  choice->filters = (const char *const *)filters;
  for (size_t i = 0; filters && i < count; i++) {
    sheaf_bytes filter = sf_get_bytes(from);
    filters[i] = sf_strndup(filter.data, filter.size);
    if (!filters[i]) return sf_no_memory(error);
  }
  return filters ? SHEAF_OK : sf_no_memory(error);
}

void sf_choice_clear(sf_choice *choice) {
  char **filters = (char **)choice->filters;
  for (size_t i = 0; filters && filters[i]; i++) free(filters[i]);
  free(filters);
  *choice = (sf_choice){.filters = NULL};
}

void sf_choice_write(sf_buffer *out, const sf_choice *choice) {
  sf_buffer_puts(out, "{\"filters\":[");
  for (size_t i = 0; i < count_filters(choice); i++) {
    if (i) sf_buffer_putc(out, ',');
    sf_json_string(out, sf_bytes(choice->filters[i]));
  }
  sf_buffer_printf(out, "],\"limit\":%" PRIu64 ",\"sample\":%g}", choice->limit,
                   choice->sample / (double)MILLION);
}
