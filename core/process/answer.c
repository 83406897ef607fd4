#include "process/answer.h"

#include <inttypes.h>
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

static int take_partial(sf_question *question, const sheaf_value *message,
                        sheaf_error *error) {
  sheaf_error about;
  (void)error;
  sf_fail(&about, SHEAF_EUNREADABLE, "", "%s",
          sheaf_value_get_string(message, "reason", ""));
  sheaf_result_partial(question->result, &about);
  return SHEAF_OK;
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

// --- Records of all documents
// -------------------------------------------------

/// A line has so many records, and about so many bytes of them.
#define BATCH_RECORDS 1000
#define BATCH_BYTES   ((size_t)256 << 10)

// What `process` of a `reduce` plugin hands in.
static int take_part(sf_question *question, const sheaf_value *message,
                     sheaf_error *error) {
  const sheaf_value *value = sheaf_value_get(message, "value");
  if (!value) return broken(question, "a part has a \"value\"", error);
  sheaf_result_yield(question->result, value, &question->failure);
  return SHEAF_OK;
}

static void put_record(sf_buffer *line, bool reduces, sheaf_bytes record) {
  if (reduces) {
    sf_buffer_append(line, record.data, record.size);
    return;
  }
  sf_buffer_putc(line, '"');
  sf_base64_encode(record, line);
  sf_buffer_putc(line, '"');
}

// Appends the next records; `*end` tells that there are no more.
static int put_records(sf_question *question, sf_buffer *line, bool *end,
                       sheaf_error *error) {
  size_t count = 0;
  for (*end = false; count < BATCH_RECORDS && line->size < BATCH_BYTES;) {
    sheaf_bytes record;
    int code = sheaf_spool_next(question->spool, &record, error);
    *end = code == SHEAF_END;
    if (code) return *end ? SHEAF_OK : code;
    if (count++) sf_buffer_putc(line, ',');
    put_record(line, question->reduces, record);
  }
  return SHEAF_OK;
}

static int take_next(sf_question *question, const sheaf_value *message,
                     sheaf_error *error) {
  (void)message;
  sf_buffer line = {0};
  bool end;
  sf_buffer_printf(&line,
                   "{\"type\":\"records\",\"id\":%" PRId64 ",\"records\":[",
                   question->id);
  int code = put_records(question, &line, &end, error);
  sf_buffer_printf(&line, "],\"end\":%s}\n", end ? "true" : "false");
  if (!code) question->send(question->context, &line);
  sf_buffer_clear(&line);
  return code;
}

// --- Logs and ends -----------------------------------------------------------

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

/// What a question has to have for a message to be an answer to it.
typedef enum { NOTHING, DOCUMENT, RESULT, SPOOL } need;

static const struct {
  const char *type;
  need need;
  int (*take)(sf_question *question, const sheaf_value *message,
              sheaf_error *error);
} messages[] = {
    {"text", DOCUMENT, take_text},
    {"span", DOCUMENT, take_span},
    {"metadata", DOCUMENT, take_metadata},
    {"drop", DOCUMENT, take_drop},
    {"partial", DOCUMENT, take_partial},
    {"emit", DOCUMENT, take_emit},
    {"part", DOCUMENT, take_part},
    {"record", RESULT, take_record},
    {"next", SPOOL, take_next},
    {"log", NOTHING, take_log},
    {"error", NOTHING, take_error},
    {"done", NOTHING, take_done},
};

static bool has(const sf_question *question, need what) {
  return what == NOTHING || (what == DOCUMENT && question->doc) ||
         (what == RESULT && question->result) ||
         (what == SPOOL && question->spool);
}

int sf_answer(sf_question *question, const sheaf_value *message,
              sheaf_error *error) {
  const char *type = sheaf_value_get_string(message, "type", "");
  for (size_t i = 0; i < SF_COUNT(messages); i++) {
    if (strcmp(messages[i].type, type) != 0) continue;
    if (!has(question, messages[i].need)) break;
    // Of an answer that has failed the rest is passed over; a program that
    // waits for records is not left waiting.
    bool over = question->failure.code && messages[i].need != NOTHING;
    if (over && messages[i].need != SPOOL) return SHEAF_OK;
    return messages[i].take(question, message, error);
  }
  return sf_fail(error, SHEAF_EDAMAGED, question->name,
                 "its program broke the protocol: a message of type '%s'",
                 type);
}
