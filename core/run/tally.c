#include "run/tally.h"

#include <string.h>

#include "json/json.h"

static bool is_number(const sheaf_value *value) {
  return value && (value->type == SHEAF_INT || value->type == SHEAF_FLOAT);
}

static double number_of(const sheaf_value *value) {
  return value->type == SHEAF_INT ? (double)value->as.integer
                                  : value->as.number;
}

int sf_tally_member(sheaf_value *sum, const sheaf_value *more,
                    const char *key) {
  const sheaf_value *a = sheaf_value_get(sum, key);
  const sheaf_value *b = sheaf_value_get(more, key);
  if (!is_number(a) || !is_number(b) || !strcmp(key, "header")) return SHEAF_OK;
  if (a->type == SHEAF_INT && b->type == SHEAF_INT)
    return sheaf_value_set(sum, key,
                           sheaf_value_int(a->as.integer + b->as.integer));
  return sheaf_value_set(sum, key,
                         sheaf_value_float(number_of(a) + number_of(b)));
}

int sf_tally_map(sheaf_value *sum, const sheaf_value *more) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < sheaf_value_count(more) && !code; i++)
    code = sf_tally_member(sum, more, sheaf_value_key(more, i).data);
  return code;
}

int sf_tally_list(sheaf_value *sums, const sheaf_value *more) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < sheaf_value_count(sums) && !code; i++)
    code = sf_tally_map((sheaf_value *)sheaf_value_at(sums, i),
                        sheaf_value_at(more, i));
  return code;
}

// --- Timings and memory ----------------------------------------------------

static const char *plugin_of(const sheaf_value *timing) {
  return sheaf_value_get_string(timing, "plugin", "");
}

static int replace_timing(sheaf_value *sum, const sf_timing *total) {
  sheaf_value added;
  sf_buffer text = {0};
  sf_timing_write(&text, plugin_of(sum), total);
  int code = text.failed
                 ? SHEAF_ENOMEM
                 : sheaf_value_parse(&added, text.data, text.size, NULL);
  sf_buffer_clear(&text);
  if (code) return code;
  sheaf_value_clear(sum);
  *sum = added;
  return SHEAF_OK;
}

static int add_timing(sheaf_value *sum, const sheaf_value *more) {
  sf_timing total = {0};
  if (!sf_timing_read(sum, &total) || !sf_timing_read(more, &total))
    return SHEAF_EDAMAGED;
  return replace_timing(sum, &total);
}

int sf_tally_timing(sheaf_value *report, const char *plugin,
                    const sf_timing *more) {
  const sheaf_value *sums = sheaf_value_get(report, "timings");
  for (size_t i = 0; i < sheaf_value_count(sums); i++) {
    sheaf_value *sum = (sheaf_value *)sheaf_value_at(sums, i);
    sf_timing total = *more;
    if (strcmp(plugin_of(sum), plugin) != 0) continue;
    return sf_timing_read(sum, &total) ? replace_timing(sum, &total)
                                       : SHEAF_EDAMAGED;
  }
  return SHEAF_OK;
}

int sf_tally_timings(sheaf_value *report, const sheaf_value *more) {
  const sheaf_value *sums = sheaf_value_get(report, "timings");
  const sheaf_value *others = sheaf_value_get(more, "timings");
  int code = SHEAF_OK;
  for (size_t i = 0; i < sheaf_value_count(sums) && !code; i++) {
    sheaf_value *sum = (sheaf_value *)sheaf_value_at(sums, i);
    const sheaf_value *other = sheaf_value_at(others, i);
    if (!strcmp(plugin_of(sum), plugin_of(other)))
      code = add_timing(sum, other);
  }
  return code;
}

int sf_tally_memory(sheaf_value *report, const sheaf_value *more) {
  sheaf_value *sizes = (sheaf_value *)sheaf_value_get(report, "memory");
  const sheaf_value *others = sheaf_value_get(more, "memory");
  int code = SHEAF_OK;
  for (size_t i = 0; i < sheaf_value_count(sizes) && !code; i++) {
    const char *key = sheaf_value_key(sizes, i).data;
    int64_t other = sheaf_value_get_int(others, key, 0);
    if (other > sheaf_value_get_int(sizes, key, 0))
      code = sheaf_value_set(sizes, key, sheaf_value_int(other));
  }
  return code;
}
