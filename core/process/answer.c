#include "process/answer.h"

#include <stdio.h>

#include "json/json.h"

/// Lines that a program may log for one document.
#define LINES_MAX 100

// --- Fields ----------------------------------------------------------------

static int broken(const sf_question *question, const char *why,
                  sheaf_error *error) {
  return sf_fail(error, SHEAF_EDAMAGED, question->name,
                 "its program broke the protocol: %s", why);
}

// The bytes of the string under `key`; NULL data where there is none.
static sheaf_bytes text_of(const sheaf_value *message, const char *key) {
  const sheaf_value *value = sheaf_value_get(message, key);
  if (!value || value->type != SHEAF_STRING) return (sheaf_bytes){NULL, 0};
  return (sheaf_bytes){value->as.string.data, value->as.string.size};
}

static bool place_of(const sheaf_value *message, const char *key,
                     size_t *place) {
  int64_t number = sheaf_value_get_int(message, key, -1);
  *place = (size_t)number;
  return number >= 0;
}

// --- Messages --------------------------------------------------------------

static int take_span(sf_question *question, const sheaf_value *message,
                     sheaf_error *error) {
  size_t from, to;
  const char *kind = sheaf_value_get_string(message, "kind", NULL);
  if (!kind || !place_of(message, "start", &from) ||
      !place_of(message, "end", &to))
    return broken(question, "a span has a kind, a start and an end", error);
  int code =
      sheaf_doc_add(question->doc, kind, from, to,
                    sheaf_value_get(message, "attributes"), &question->failure);
  // What cannot be added is the plugin's mistake, no breach of the protocol.
  if (code == SHEAF_EINVAL) question->failure.code = SHEAF_EPLUGIN;
  return SHEAF_OK;
}

static int take_text(sf_question *question, const sheaf_value *message,
                     sheaf_error *error) {
  sheaf_bytes text = text_of(message, "text");
  if (!text.data) return broken(question, "a text has a \"text\"", error);
  // As with spans.
  int code = sheaf_doc_set_text(question->doc, text, &question->failure);
  if (code == SHEAF_EINVAL) question->failure.code = SHEAF_EPLUGIN;
  return SHEAF_OK;
}

static int take_metadata(sf_question *question, const sheaf_value *message,
                         sheaf_error *error) {
  const char *key = sheaf_value_get_string(message, "key", NULL);
  const sheaf_value *value = sheaf_value_get(message, "value");
  sheaf_value copy;
  if (!key || !value)
    return broken(question, "metadata have a key and a value", error);
  if (sheaf_value_copy(&copy, value) ||
      sf_doc_set_metadata(question->doc, key, copy))
    return sf_no_memory(error);
  return SHEAF_OK;
}

static int take_drop(sf_question *question, const sheaf_value *message,
                     sheaf_error *error) {
  const char *reason = sheaf_value_get_string(message, "reason", "");
  return sheaf_result_drop(question->result, reason) ? sf_no_memory(error)
                                                     : SHEAF_OK;
}

static int take_emit(sf_question *question, const sheaf_value *message,
                     sheaf_error *error) {
  const sheaf_child child = {
      .size = sizeof child,
      .name = sheaf_value_get_string(message, "name", NULL),
      .text = text_of(message, "text"),
      .media_type = sheaf_value_get_string(message, "media_type", NULL),
      .metadata = sheaf_value_get(message, "metadata"),
  };
  if (!child.name || !child.text.data)
    return broken(question, "a child document has a name and a text", error);
  // As with spans.
  int code = sheaf_result_emit(question->result, &child, &question->failure);
  if (code == SHEAF_EINVAL) question->failure.code = SHEAF_EPLUGIN;
  return SHEAF_OK;
}

static bool find_output(const sf_question *question, const char *name,
                        size_t *output) {
  size_t count = sheaf_value_count(question->outputs);
  for (*output = 0; *output < count; ++*output)
    if (!name ||
        !strcmp(sheaf_value_at(question->outputs, *output)->as.string.data,
                name))
      return true;
  return false;
}

static int write_record(sf_question *question, size_t output,
                        sheaf_bytes record, sheaf_error *error) {
  int code = sheaf_result_write(question->result, output, record);
  return code ? sf_no_memory(error) : SHEAF_OK;
}

static int write_base64(sf_question *question, size_t output,
                        sheaf_bytes encoded, sheaf_error *error) {
  sf_buffer record = {0};
  bool fine = sf_base64_decode(encoded, &record);
  int code =
      fine ? write_record(question, output, sf_buffer_bytes(&record), error)
           : broken(question, "\"base64\" is no base64", error);
  sf_buffer_clear(&record);
  return code;
}

// The name of the output may be left out where there is one only.
static int take_record(sf_question *question, const sheaf_value *message,
                       sheaf_error *error) {
  const char *name = sheaf_value_get_string(message, "output", NULL);
  sheaf_bytes data = text_of(message, "data");
  sheaf_bytes encoded = text_of(message, "base64");
  size_t output;
  if (!find_output(question, name, &output))
    return broken(question, "a record is for an output that it has not", error);
  if (encoded.data) return write_base64(question, output, encoded, error);
  if (data.data) return write_record(question, output, data, error);
  return broken(question, "a record has \"data\" or \"base64\"", error);
}

static int take_log(sf_question *question, const sheaf_value *message,
                    sheaf_error *error) {
  (void)error;
  if (question->lines++ < LINES_MAX)
    fprintf(stderr, "%s: %s\n", question->name,
            sheaf_value_get_string(message, "message", ""));
  else if (question->lines == LINES_MAX + 1)
    fprintf(stderr, "%s: (more lines are left out)\n", question->name);
  return SHEAF_OK;
}

static int take_error(sf_question *question, const sheaf_value *message,
                      sheaf_error *error) {
  (void)error;
  const char *slug = sheaf_value_get_string(message, "code", "");
  bool limit = strcmp(slug, sheaf_code_slug(SHEAF_ELIMIT)) == 0;
  sf_fail(&question->failure, limit ? SHEAF_ELIMIT : SHEAF_EPLUGIN,
          question->name, "%s",
          sheaf_value_get_string(message, "message", "it failed"));
  return SHEAF_END;
}

static int take_done(sf_question *question, const sheaf_value *message,
                     sheaf_error *error) {
  (void)question;
  (void)message;
  (void)error;
  return SHEAF_END;
}

static const struct {
  const char *type;
  bool about_document;
  int (*take)(sf_question *question, const sheaf_value *message,
              sheaf_error *error);
} messages[] = {
    {"text", true, take_text},         {"span", true, take_span},
    {"metadata", true, take_metadata}, {"drop", true, take_drop},
    {"emit", true, take_emit},         {"record", true, take_record},
    {"log", false, take_log},          {"error", false, take_error},
    {"done", false, take_done},
};

int sf_answer(sf_question *question, const sheaf_value *message,
              sheaf_error *error) {
  const char *type = sheaf_value_get_string(message, "type", "");
  for (size_t i = 0; i < SF_COUNT(messages); i++) {
    if (strcmp(messages[i].type, type) != 0) continue;
    if (messages[i].about_document && question->failure.code) return SHEAF_OK;
    if (messages[i].about_document && !question->doc) break;
    return messages[i].take(question, message, error);
  }
  return sf_fail(error, SHEAF_EDAMAGED, question->name,
                 "its program broke the protocol: a message of type '%s'",
                 type);
}
