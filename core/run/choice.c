#include "run/choice.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json/json.h"

#define MILLION 1000000u

// --- Taking ----------------------------------------------------------------

static int compare_picks(const void *left, const void *right) {
  const sf_pick *a = left, *b = right;
  if (a->bundle != b->bundle) return a->bundle < b->bundle ? -1 : 1;
  return a->member < b->member ? -1 : a->member > b->member;
}

/// Reads BUNDLE, BUNDLE/MEMBER or a whole id that begins so.
static bool read_pick(sf_pick *pick, const char *text) {
  char *end;
  *pick = (sf_pick){0};
  if (text[0] < '1' || text[0] > '9') return false;
  pick->bundle = strtoull(text, &end, 10) - 1;
  if (!*end) return true;
  if (end[0] != '/' || end[1] < '1' || end[1] > '9') return false;
  pick->member = strtoull(end + 1, &end, 10);
  return !*end || *end == '/';
}

static int take_picks(sf_choice *choice, const char *const *only,
                      sheaf_error *error) {
  size_t count = 0;
  while (only[count]) count++;
  choice->picks = calloc(count + 1, sizeof *choice->picks);
  if (!choice->picks) return sf_no_memory(error);
  for (; choice->pick_count < count; choice->pick_count++) {
    const char *text = only[choice->pick_count];
    if (read_pick(&choice->picks[choice->pick_count], text)) continue;
    return sf_fail(error, SHEAF_EUSAGE, "only",
                   "'%s' is no document's place, such as 1/17", text);
  }
  qsort(choice->picks, count, sizeof *choice->picks, compare_picks);
  return SHEAF_OK;
}

static int take_filters(sf_choice *choice, const char *const *filters,
                        sheaf_error *error) {
  size_t count = 0;
  while (filters[count]) count++;
  choice->filters = calloc(count + 1, sizeof *choice->filters);
  if (!choice->filters) return sf_no_memory(error);
  for (size_t i = 0; i < count; i++) {
    choice->filters[i] = sf_strndup(filters[i], strlen(filters[i]));
    if (!choice->filters[i]) return sf_no_memory(error);
  }
  return SHEAF_OK;
}

int sf_choice_take(sf_choice *choice, const sheaf_run_options *options,
                   sheaf_error *error) {
  double sample = options->sample * MILLION;
  *choice = (sf_choice){.limit = options->limit};
  if (!(options->sample >= 0 && options->sample <= 1))
    return sf_fail(error, SHEAF_EUSAGE, "sample",
                   "%g is no part of all documents: 0 to 1", options->sample);
  // Some part of a million remains, however small it is.
  if (sample > 0) choice->sample = sample < 1 ? 1 : (uint32_t)(sample + 0.5);
  int code = SHEAF_OK;
  if (options->filters) code = take_filters(choice, options->filters, error);
  if (!code && options->only) code = take_picks(choice, options->only, error);
  return code;
}

void sf_choice_clear(sf_choice *choice) {
  for (size_t i = 0; choice->filters && choice->filters[i]; i++)
    free(choice->filters[i]);
  free(choice->filters);
  free(choice->picks);
  *choice = (sf_choice){.filters = NULL};
}

// --- Choosing --------------------------------------------------------------

/// Patterns that begin with "!" take away; the others, if there are any, have
/// to match one.
static bool passes_filters(const sf_choice *choice, const char *name) {
  bool any = false, found = false;
  for (size_t i = 0; choice->filters[i]; i++) {
    const char *filter = choice->filters[i];
    bool excludes = filter[0] == '!';
    bool matches = fnmatch(filter + excludes, name, 0) == 0;
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

/// The first pick that is not before that place.
static const sf_pick *find_pick(const sf_choice *choice, uint64_t bundle,
                                uint64_t member) {
  const sf_pick wanted = {bundle, member};
  size_t from = 0, to = choice->pick_count;
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    if (compare_picks(&choice->picks[middle], &wanted) < 0)
      from = middle + 1;
    else
      to = middle;
  }
  return &choice->picks[from];
}

static bool is_end(const sf_choice *choice, const sf_pick *pick) {
  return pick == choice->picks + choice->pick_count;
}

bool sf_choice_is_all(const sf_choice *choice) {
  bool filtered = choice->filters && choice->filters[0];
  return !filtered && !choice->limit && !choice->sample && !choice->picks;
}

bool sf_choice_touches(const sf_choice *choice, uint64_t bundle) {
  if (!choice->picks) return true;
  const sf_pick *first = find_pick(choice, bundle, 0);
  return !is_end(choice, first) && first->bundle == bundle;
}

bool sf_choice_whole(const sf_choice *choice, uint64_t bundle) {
  if (!choice->picks) return true;
  const sf_pick *first = find_pick(choice, bundle, 0);
  return !is_end(choice, first) && first->bundle == bundle && !first->member;
}

uint64_t sf_choice_most(const sf_choice *choice, uint64_t bundle) {
  if (sf_choice_whole(choice, bundle)) return choice->limit;
  return (uint64_t)(find_pick(choice, bundle + 1, 0) -
                    find_pick(choice, bundle, 0));
}

static bool is_picked(const sf_choice *choice, uint64_t bundle,
                      const sheaf_member *member) {
  const sf_pick *pick = find_pick(choice, bundle, member->ordinal);
  return !is_end(choice, pick) && pick->bundle == bundle &&
         pick->member == member->ordinal;
}

bool sf_choice_takes(const sf_choice *choice, uint64_t bundle,
                     const sheaf_member *member, bool known) {
  if (!sf_choice_whole(choice, bundle))
    return is_picked(choice, bundle, member);
  if (!known) return true;
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
  sf_put_u8(out, choice->picks != NULL);
  sf_put_u64(out, choice->pick_count);
  for (size_t i = 0; i < choice->pick_count; i++) {
    sf_put_u64(out, choice->picks[i].bundle);
    sf_put_u64(out, choice->picks[i].member);
  }
}

static int unpack_picks(sf_unpack *from, sf_choice *choice,
                        sheaf_error *error) {
  bool any = sf_get_u8(from) != 0;
  size_t count = sf_get_u64(from);
  if (from->failed || count > from->rest.size / sizeof(sf_pick))
    return sf_fail(error, SHEAF_EINTERNAL, "worker", "its order is damaged");
  if (!any) return SHEAF_OK;
  choice->picks = calloc(count + 1, sizeof *choice->picks);
  if (!choice->picks) return sf_no_memory(error);
  choice->pick_count = count;
  for (size_t i = 0; i < count; i++) {
    choice->picks[i].bundle = sf_get_u64(from);
    choice->picks[i].member = sf_get_u64(from);
  }
  return SHEAF_OK;
}

int sf_choice_unpack(sf_unpack *from, sf_choice *choice, sheaf_error *error) {
  *choice = (sf_choice){.limit = sf_get_u64(from)};
  choice->sample = sf_get_u32(from);
  size_t count = sf_get_u64(from);
  // Each takes at least the four bytes of its length.
  if (from->failed || count > from->rest.size / 4)
    return sf_fail(error, SHEAF_EINTERNAL, "worker", "its order is damaged");
  choice->filters = calloc(count + 1, sizeof *choice->filters);
  if (!choice->filters) return sf_no_memory(error);
  for (size_t i = 0; i < count; i++) {
    sheaf_bytes filter = sf_get_bytes(from);
    choice->filters[i] = sf_strndup(filter.data, filter.size);
    if (!choice->filters[i]) return sf_no_memory(error);
  }
  return unpack_picks(from, choice, error);
}

static void write_picks(sf_buffer *out, const sf_choice *choice) {
  sf_buffer_puts(out, ",\"only\":[");
  for (size_t i = 0; i < choice->pick_count; i++) {
    const sf_pick *pick = &choice->picks[i];
    sf_buffer_printf(out, "%s\"%" PRIu64, i ? "," : "", pick->bundle + 1);
    if (pick->member) sf_buffer_printf(out, "/%" PRIu64, pick->member);
    sf_buffer_putc(out, '"');
  }
  sf_buffer_putc(out, ']');
}

void sf_choice_write(sf_buffer *out, const sf_choice *choice) {
  sf_buffer_puts(out, "{\"filters\":[");
  for (size_t i = 0; i < count_filters(choice); i++) {
    if (i) sf_buffer_putc(out, ',');
    sf_json_string(out, sf_bytes(choice->filters[i]));
  }
  sf_buffer_printf(out, "],\"limit\":%" PRIu64 ",\"sample\":%g", choice->limit,
                   choice->sample / (double)MILLION);
  if (choice->picks) write_picks(out, choice);
  sf_buffer_putc(out, '}');
}
