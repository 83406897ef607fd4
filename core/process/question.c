#include "process/question.h"

#include <inttypes.h>

#include "json/json.h"

#define PROTOCOL 1

// --- Queues ----------------------------------------------------------------

void sf_asked_push(sf_asked_queue *queue, sf_asked *asked) {
  asked->next = NULL;
  if (queue->last)
    queue->last->next = asked;
  else
    queue->first = asked;
  queue->last = asked;
  queue->count++;
}

void sf_asked_take(sf_asked_queue *queue, sf_asked *asked) {
  sf_asked *before = NULL;
  for (sf_asked *at = queue->first; at != asked; at = at->next) before = at;
  if (before)
    before->next = asked->next;
  else
    queue->first = asked->next;
  if (queue->last == asked) queue->last = before;
  queue->count--;
}

sf_asked *sf_asked_pop(sf_asked_queue *queue) {
  sf_asked *first = queue->first;
  if (first) sf_asked_take(queue, first);
  return first;
}

sf_asked *sf_asked_find(const sf_asked_queue *queue, int64_t id) {
  sf_asked *at = queue->first;
  while (at && at->question.id != id) at = at->next;
  return at;
}

sf_asked *sf_asked_of(const sf_asked_queue *queue, const sheaf_task *task) {
  sf_asked *at = queue->first;
  while (at && at->task != task) at = at->next;
  return at;
}

// --- Lines -----------------------------------------------------------------

static void put_string(sf_buffer *line, const char *key, const char *text) {
  sf_buffer_printf(line, ",\"%s\":", key);
  sf_json_string(line, sf_bytes(text));
}

static void put_value(sf_buffer *line, const char *key,
                      const sheaf_value *value) {
  sf_buffer_printf(line, ",\"%s\":", key);
  sf_json_canonical(line, value);
}

static void put_kinds(sf_buffer *line, const sheaf_value *list,
                      const char **comma) {
  for (size_t i = 0; i < sheaf_value_count(list); i++) {
    sheaf_bytes kind = sf_bytes(sheaf_value_at(list, i)->as.string.data);
    if (kind.size && kind.data[kind.size - 1] == '?') kind.size--;
    sf_buffer_puts(line, *comma);
    sf_json_string(line, kind);
    *comma = ",";
  }
}

// The kinds of spans that the program gets to see; null: all.
static void put_seen(sf_buffer *line, const sheaf_plugin_context *context) {
  const char *comma = "";
  if (!context->reads) {
    sf_buffer_puts(line, ",\"kinds\":null");
    return;
  }
  sf_buffer_puts(line, ",\"kinds\":[");
  put_kinds(line, context->reads, &comma);
  put_kinds(line, context->writes, &comma);
  sf_buffer_putc(line, ']');
}

void sf_say_hello(sf_buffer *line, const sheaf_plugin_context *context) {
  sf_buffer_printf(line, "{\"type\":\"hello\",\"protocol\":%d", PROTOCOL);
  put_string(line, "sheaf", SHEAF_VERSION);
  put_string(line, "name", context->name);
  put_string(line, "stage", context->stage);
  put_value(line, "options", context->options);
  put_value(line, "outputs", context->outputs);
  put_seen(line, context);
  sf_buffer_printf(line, ",\"window\":%u", context->in_flight);
  sf_buffer_puts(line, ",\"capabilities\":[\"cancel\",\"bye\"]}\n");
}

void sf_say_question(sf_buffer *line, const sf_asked *asked) {
  sheaf_doc *doc = asked->question.doc;
  sf_buffer_printf(line, "{\"type\":\"%s\",\"id\":%" PRId64, asked->type,
                   asked->question.id);
  if (doc) {
    sf_buffer_puts(line, ",\"document\":");
    sf_doc_json_read(doc, line);
  }
  if (doc && sf_doc_reading(doc)) {
    sf_buffer_puts(line, ",\"content\":\"");
    sf_base64_encode(sheaf_doc_content(doc), line);
    sf_buffer_putc(line, '"');
  }
  sf_buffer_puts(line, "}\n");
}

void sf_say_cancel(sf_buffer *line, const sf_asked *asked) {
  sf_buffer_printf(line, "{\"type\":\"cancel\",\"id\":%" PRId64 "}\n",
                   asked->question.id);
}

// --- Hello -----------------------------------------------------------------

static bool is_listed(const sheaf_value *list, const char *name) {
  for (size_t i = 0; i < sheaf_value_count(list); i++) {
    const sheaf_value *item = sheaf_value_at(list, i);
    if (item->type == SHEAF_STRING && !strcmp(item->as.string.data, name))
      return true;
  }
  return false;
}

int sf_hear_hello(sf_hello *hello, const sheaf_value *message,
                  const sheaf_plugin_context *context, sheaf_error *error) {
  const char *type = sheaf_value_get_string(message, "type", "");
  const sheaf_value *capabilities = sheaf_value_get(message, "capabilities");
  int64_t window = sheaf_value_get_int(message, "window", 1);
  if (strcmp(type, "error") == 0)
    return sf_fail(error, SHEAF_ELOAD, context->name, "%s",
                   sheaf_value_get_string(message, "message", "it failed"));
  if (strcmp(type, "hello") != 0 ||
      sheaf_value_get_int(message, "protocol", 0) != PROTOCOL)
    return sf_fail(error, SHEAF_EDAMAGED, context->name,
                   "its program said no hello of protocol %d", PROTOCOL);
  if (window < 1) window = 1;
  if (window > context->in_flight) window = context->in_flight;
  *hello = (sf_hello){.window = (unsigned)window,
                      .cancel = is_listed(capabilities, "cancel"),
                      .bye = is_listed(capabilities, "bye")};
  return SHEAF_OK;
}
