#include "run/tally.h"

#include <string.h>

static bool is_number(const sheaf_value *value) {
  return value && (value->type == SHEAF_INT || value->type == SHEAF_FLOAT);
}

static double number_of(const sheaf_value *value) {
  return value->type == SHEAF_INT ? (double)value->as.integer
                                  : value->as.number;
}

/// True for numbers that are not added up: the larger one counts.
static bool is_most(const char *key) {
  return strncmp(key, "max_", 4) == 0 || strcmp(key, "header") == 0;
}

int sf_tally_member(sheaf_value *sum, const sheaf_value *more,
                    const char *key) {
  const sheaf_value *a = sheaf_value_get(sum, key);
  const sheaf_value *b = sheaf_value_get(more, key);
  if (!is_number(a) || !is_number(b)) return SHEAF_OK;
  if (is_most(key))
    return number_of(b) > number_of(a) ? sheaf_value_set(sum, key, *b)
                                       : SHEAF_OK;
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
