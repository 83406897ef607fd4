#include "plugin/rules.h"

#include <inttypes.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>

/// What is being checked, for messages.
typedef struct {
  const char *where, *part;
  const sf_rule *rule;
  const regex_t *pattern;  ///< The rule's, if it has one.
  sheaf_error *error;
} subject;

static int refuse(const subject *of, const char *format, ...)
    SHEAF_PRINTF(2, 3);

// Says `WHERE: PART: 'KEY' …`.
static int refuse(const subject *of, const char *format, ...) {
  char text[400];
  va_list values;
  va_start(values, format);
  vsnprintf(text, sizeof text, format, values);
  va_end(values);
  return sf_fail(of->error, SHEAF_EMANIFEST, of->where, "%s%s'%s' %s",
                 of->part ? of->part : "", of->part ? ": " : "", of->rule->key,
                 text);
}

static int suggest(const char *word, const char *const *known,
                   sheaf_error *error) {
  const char *near = word ? sf_nearest(word, known) : NULL;
  sf_buffer list = {0};
  if (near) {
    sf_hint(error, "did you mean '%s'?", near);
    return SHEAF_EMANIFEST;
  }
  for (size_t i = 0; known[i]; i++)
    sf_buffer_printf(&list, "%s%s",
                     !i             ? ""
                     : known[i + 1] ? ", "
                                    : " or ",
                     known[i]);
  const char *text = sf_buffer_text(&list);
  sf_hint(error, "%s", text ? text : "");
  sf_buffer_clear(&list);
  return SHEAF_EMANIFEST;
}

// --- Strings ---------------------------------------------------------------

static bool is_one_of(const char *const *list, const char *text) {
  while (*list && strcmp(*list, text) != 0) list++;
  return *list != NULL;
}

static int check_string(const subject *of, const sheaf_value *value) {
  const sf_rule *rule = of->rule;
  const char *text = value->as.string.data;
  if (strlen(text) != value->as.string.size)
    return refuse(of, "has a NUL in it");
  if (rule->choices && !is_one_of(rule->choices, text)) {
    refuse(of, "is '%s', which is none that there is", text);
    return suggest(text, rule->choices, of->error);
  }
  if (of->pattern && regexec(of->pattern, text, 0, NULL, 0))
    return refuse(of, "is '%.200s', which is %s", text, rule->form);
  return SHEAF_OK;
}

// --- Lists and maps --------------------------------------------------------

static int check_item(const subject *of, const sheaf_value *item,
                      const char *part) {
  if (of->rule->each)
    return sf_rules_check(item, of->rule->each, part, of->where, of->error);
  if (item->type == SHEAF_STRING) return check_string(of, item);
  return refuse(of, "is a list of strings, not of type %s",
                sheaf_type_name(item->type));
}

// As good as left out.
static bool is_left_empty(const sf_rule *rule, const sheaf_value *value) {
  return rule->only && value->type == SHEAF_LIST && !sheaf_value_count(value);
}

static int check_list(const subject *of, const sheaf_value *list) {
  int64_t count = (int64_t)sheaf_value_count(list);
  int code = SHEAF_OK;
  if (is_left_empty(of->rule, list)) return SHEAF_OK;
  if (of->rule->most && (count < of->rule->least || count > of->rule->most))
    return refuse(of, "has %" PRId64 " items, expected %" PRId64 " to %" PRId64,
                  count, of->rule->least, of->rule->most);
  bool any = !of->rule->each && !of->rule->pattern;
  for (size_t i = 0; i < (size_t)count && !code && !any; i++) {
    char part[64];
    snprintf(part, sizeof part, "%s number %zu", of->rule->key, i + 1);
    code = check_item(of, sheaf_value_at(list, i), part);
  }
  return code;
}

static int check_map(const subject *of, const sheaf_value *map) {
  int code = SHEAF_OK;
  if (of->rule->fields)
    return sf_rules_check(map, of->rule->fields, of->rule->key, of->where,
                          of->error);
  for (size_t i = 0; i < sheaf_value_count(map) && of->rule->each && !code;
       i++) {
    char part[128];
    snprintf(part, sizeof part, "%s '%.100s'", of->rule->key,
             sheaf_value_key(map, i).data);
    code = check_item(of, sheaf_value_at(map, i), part);
  }
  return code;
}

// --- Values ----------------------------------------------------------------

static int check_number(const subject *of, const sheaf_value *value) {
  const sf_rule *rule = of->rule;
  if (!rule->most || value->type != SHEAF_INT) return SHEAF_OK;
  int64_t number = value->as.integer;
  if (rule->least <= number && number <= rule->most) return SHEAF_OK;
  if (rule->least == rule->most)
    return refuse(of, "is %" PRId64 ", expected %" PRId64, number, rule->least);
  return refuse(of, "is %" PRId64 ", expected %" PRId64 " to %" PRId64, number,
                rule->least, rule->most);
}

static int check_content(const subject *of, const sheaf_value *value) {
  if (value->type == SHEAF_STRING) return check_string(of, value);
  if (value->type == SHEAF_LIST) return check_list(of, value);
  if (value->type == SHEAF_MAP) return check_map(of, value);
  return check_number(of, value);
}

/// The same where the rule has a pattern, which is compiled once for all items
/// of a list.
static int check_pattern(const subject *of, const sheaf_value *value) {
  regex_t pattern;
  subject with = *of;
  with.pattern = &pattern;
  if (regcomp(&pattern, of->rule->pattern, REG_EXTENDED | REG_NOSUB))
    return sf_no_memory(of->error);
  int code = check_content(&with, value);
  regfree(&pattern);
  return code;
}

static bool has_type(const sf_rule *rule, sheaf_type type) {
  return rule->type == SHEAF_NULL || type == rule->type ||
         (rule->type == SHEAF_FLOAT && type == SHEAF_INT) ||
         (rule->or_bool && type == SHEAF_BOOL);
}

static int check_value(const subject *of, const sheaf_value *value) {
  const sf_rule *rule = of->rule;
  if (!has_type(rule, value->type))
    return refuse(of, "is of type %s, expected %s%s",
                  sheaf_type_name(value->type), rule->or_bool ? "true or " : "",
                  sheaf_type_name(rule->type));
  if (rule->type == SHEAF_NULL) return SHEAF_OK;
  return rule->pattern ? check_pattern(of, value) : check_content(of, value);
}

// --- Keys ------------------------------------------------------------------

static const sf_rule *find_rule(const sf_rule *rules, sheaf_bytes key) {
  while (rules->key && !sf_bytes_equal(key, rules->key)) rules++;
  return rules->key ? rules : NULL;
}

static int refuse_key(const sf_rule *rules, sheaf_bytes key, const char *part,
                      const char *where, sheaf_error *error) {
  const char *names[32];
  size_t count = 0;
  for (; rules->key && count + 1 < SF_COUNT(names); rules++)
    names[count++] = rules->key;
  names[count] = NULL;
  sf_fail(error, SHEAF_EMANIFEST, where, "%s%sunknown key '%.*s'",
          part ? part : "", part ? ": " : "", (int)key.size, key.data);
  return suggest(key.data, names, error);
}

static bool has_place(const sf_rule *rule, const sheaf_value *map) {
  return !rule->only ||
         is_one_of(rule->of, sheaf_value_get_string(map, rule->only, ""));
}

static int check_presence(const subject *of, const sheaf_value *map) {
  const sf_rule *rule = of->rule;
  const sheaf_value *value = sheaf_value_get(map, rule->key);
  bool there = value && !is_left_empty(rule, value);
  bool place = has_place(rule, map);
  if (there && !place) {
    refuse(of, "is not for plugins of the %s '%s'", rule->only,
           sheaf_value_get_string(map, rule->only, ""));
    return suggest(NULL, rule->of, of->error);
  }
  return there || !place || !rule->required ? SHEAF_OK
                                            : refuse(of, "is missing");
}

int sf_rules_check(const sheaf_value *map, const sf_rule *rules,
                   const char *part, const char *where, sheaf_error *error) {
  int code = SHEAF_OK;
  if (map->type != SHEAF_MAP)
    return sf_fail(error, SHEAF_EMANIFEST, where,
                   "%s%sexpected a map, found type %s", part ? part : "",
                   part ? ": " : "", sheaf_type_name(map->type));
  for (size_t i = 0; i < sheaf_value_count(map) && !code; i++) {
    sheaf_bytes key = sheaf_value_key(map, i);
    const sf_rule *rule = find_rule(rules, key);
    if (!rule) return refuse_key(rules, key, part, where, error);
    code = check_value(&(subject){where, part, rule, NULL, error},
                       sheaf_value_at(map, i));
  }
  for (; rules->key && !code; rules++)
    code = check_presence(&(subject){where, part, rules, NULL, error}, map);
  return code;
}
