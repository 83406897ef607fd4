#include "process/process.h"

#include <stdio.h>
#include <stdlib.h>

#include "json/json.h"
#include "loop/loop.h"
#include "plugin/plugin.h"
#include "process/answer.h"
#include "process/cell.h"
#include "process/peer.h"

#define PROTOCOL      1
#define MS            ((uint64_t)1000 * 1000)
#define STARTS_MAX    3      ///< Without an answer between them.
#define HELLO_MS      20000  ///< For an interpreter that has to load.
#define UNLIMITED_MS  (UINT64_C(1000) * 60 * 60 * 24 * 365)
#define KEPT_CAPACITY ((size_t)4 << 20)

typedef struct {
  const sheaf_plugin_context *context;
  sf_peer *peer;    ///< NULL: it runs not, and is started when needed.
  unsigned starts;  ///< Since it last answered.
  int64_t asked;    ///< The number of the last question.
  sf_buffer line;
} process_plugin;

// --- Starting --------------------------------------------------------------

// The words of "command", if there are any, and the main file.
static void make_arguments(const char *arguments[SF_COMMAND_MAX + 2],
                           const sheaf_value *command, const char *main) {
  size_t count = sheaf_value_count(command);
  for (size_t i = 0; i < count; i++)
    arguments[i] = sheaf_value_at(command, i)->as.string.data;
  arguments[count] = main;
  arguments[count + 1] = NULL;
}

static int start_in_cell(process_plugin *plugin, const sf_cell *cell,
                         sheaf_error *error) {
  const sheaf_plugin_context *context = plugin->context;
  const char *arguments[SF_COMMAND_MAX + 2];
  char *main = sf_path_join(context->folder, context->main);
  if (!main) return sf_no_memory(error);
  make_arguments(arguments, context->command, main);
  if (cell->program) arguments[0] = cell->program;
  const sf_peer_options options = {
      .name = context->name,
      .arguments = arguments,
      .environment = (const char *const *)cell->environment,
      .folder = context->folder,
      .memory_limit = context->memory_limit,
      .jail = &cell->jail,
  };
  int code = sf_peer_start(&plugin->peer, &options, error);
  free(main);
  return code;
}

static int start_peer(process_plugin *plugin, sheaf_error *error) {
  sf_cell cell;
  int code =
      sf_cell_init(&cell, plugin->context) ? sf_no_memory(error) : SHEAF_OK;
  if (!code) code = start_in_cell(plugin, &cell, error);
  sf_cell_clear(&cell);
  return code;
}

static void stop_peer(process_plugin *plugin) {
  sf_peer_stop(plugin->peer);
  plugin->peer = NULL;
}

// --- Talking ---------------------------------------------------------------

static void begin_line(process_plugin *plugin, const char *type) {
  sf_buffer *line = &plugin->line;
  if (line->failed || line->capacity > KEPT_CAPACITY) sf_buffer_clear(line);
  line->size = 0;
  sf_buffer_printf(line, "{\"type\":\"%s\"", type);
}

static int send_line(process_plugin *plugin, uint64_t deadline,
                     sheaf_error *error) {
  sf_buffer_puts(&plugin->line, "}\n");
  if (plugin->line.failed) return sf_no_memory(error);
  return sf_peer_send(plugin->peer, sf_buffer_bytes(&plugin->line), deadline,
                      error);
}

// Adds the end of what the program said on standard error, which tells most.
static void add_last_words(process_plugin *plugin, sheaf_error *error) {
  sf_buffer words = {0};
  sf_peer_last_words(plugin->peer, &words);
  sheaf_bytes said = sf_buffer_bytes(&words);
  while (said.size && (said.data[said.size - 1] == '\n')) said.size--;
  size_t why = strlen(error->why), room = sizeof error->why - why - 1;
  if (said.size + 2 > room && room > 2) {
    said.data += said.size + 2 - room;
    said.size = room - 2;
  }
  if (said.size && room > 2)
    snprintf(error->why + why, room + 1, ":\n%.*s", (int)said.size, said.data);
  sf_buffer_clear(&words);
}

// The program ended, hangs, or says what is no answer: it begins anew.
static int give_up(process_plugin *plugin, int code, sheaf_error *error) {
  if (plugin->peer) add_last_words(plugin, error);
  stop_peer(plugin);
  return code;
}

// --- Hello -----------------------------------------------------------------

static void put_value(sf_buffer *line, const char *key,
                      const sheaf_value *value) {
  sf_buffer_printf(line, ",\"%s\":", key);
  sf_json_canonical(line, value);
}

static int greet(process_plugin *plugin, sheaf_error *error) {
  const sheaf_plugin_context *context = plugin->context;
  uint64_t deadline = sf_now() + HELLO_MS * MS;
  begin_line(plugin, "hello");
  sf_buffer_printf(&plugin->line, ",\"protocol\":%d,\"sheaf\":", PROTOCOL);
  sf_json_string(&plugin->line, sf_bytes(SHEAF_VERSION));
  sf_buffer_puts(&plugin->line, ",\"name\":");
  sf_json_string(&plugin->line, sf_bytes(context->name));
  put_value(&plugin->line, "options", context->options);
  put_value(&plugin->line, "outputs", context->outputs);
  int code = send_line(plugin, deadline, error);
  sheaf_bytes line;
  if (!code) code = sf_peer_receive(plugin->peer, &line, deadline, error);
  if (code) return code;
  sheaf_value hello;
  if (sheaf_value_parse(&hello, line.data, line.size, NULL))
    return sf_fail(error, SHEAF_EDAMAGED, context->name,
                   "its program said no hello: %.*s",
                   line.size < 80 ? (int)line.size : 80, line.data);
  const char *type = sheaf_value_get_string(&hello, "type", "");
  int64_t protocol = sheaf_value_get_int(&hello, "protocol", 0);
  if (strcmp(type, "error") == 0)
    code = sf_fail(error, SHEAF_ELOAD, context->name, "%s",
                   sheaf_value_get_string(&hello, "message", "it failed"));
  else if (strcmp(type, "hello") != 0 || protocol != PROTOCOL)
    code = sf_fail(error, SHEAF_EDAMAGED, context->name,
                   "its program said no hello of protocol %d", PROTOCOL);
  sheaf_value_clear(&hello);
  return code;
}

static int ensure_running(process_plugin *plugin, sheaf_error *error) {
  if (plugin->peer) return SHEAF_OK;
  if (plugin->starts >= STARTS_MAX)
    return sf_fail(error, SHEAF_ELOAD, plugin->context->name,
                   "its program ended %d times without an answer", STARTS_MAX);
  plugin->starts++;
  int code = start_peer(plugin, error);
  if (!code) code = greet(plugin, error);
  return code ? give_up(plugin, code, error) : SHEAF_OK;
}

// --- Questions -------------------------------------------------------------

// Ends a little before the one who watches this process loses patience.
static uint64_t deadline_of(const sheaf_plugin_context *context) {
  uint64_t ms = context->wall_ms;
  if (!ms) return sf_now() + UNLIMITED_MS * MS;
  return sf_now() + (ms - ms / 10) * MS;
}

static int listen(process_plugin *plugin, sf_question *question,
                  uint64_t deadline, sheaf_error *error) {
  int code = SHEAF_OK;
  while (!code) {
    sheaf_bytes line;
    code = sf_peer_receive(plugin->peer, &line, deadline, error);
    if (!code) code = sf_answer(question, line, error);
  }
  if (code != SHEAF_END) return code;
  plugin->starts = 0;
  *error = question->failure;
  return error->code;
}

static int ask(process_plugin *plugin, const char *type, sheaf_doc *doc,
               sheaf_result *result, sheaf_error *error) {
  sheaf_error own;
  if (!error) error = &own;
  int code = ensure_running(plugin, error);
  if (code) return code;
  sf_question question = {.name = plugin->context->name,
                          .id = ++plugin->asked,
                          .doc = doc,
                          .result = result,
                          .outputs = plugin->context->outputs};
  uint64_t deadline = deadline_of(plugin->context);
  sf_peer_grant(plugin->peer, plugin->context->cpu_ms);
  begin_line(plugin, type);
  sf_buffer_printf(&plugin->line, ",\"id\":%lld", (long long)question.id);
  if (doc) {
    sf_buffer_puts(&plugin->line, ",\"document\":");
    sf_doc_json(doc, SF_OFFSETS_BYTES, &plugin->line);
  }
  if (doc && sf_doc_reading(doc)) {
    sf_buffer_puts(&plugin->line, ",\"content\":\"");
    sf_base64_encode(sheaf_doc_content(doc), &plugin->line);
    sf_buffer_putc(&plugin->line, '"');
  }
  code = send_line(plugin, deadline, error);
  if (!code) code = listen(plugin, &question, deadline, error);
  bool answered = !code || question.failure.code;
  return answered ? code : give_up(plugin, code, error);
}

// --- Hooks -----------------------------------------------------------------

static void close_program(void *state) {
  process_plugin *plugin = state;
  stop_peer(plugin);
  sf_buffer_clear(&plugin->line);
  free(plugin);
}

static int open_program(void **state, const sheaf_plugin_context *context,
                        sheaf_error *error) {
  process_plugin *made = calloc(1, sizeof *made);
  if (!made) return sf_no_memory(error);
  made->context = context;
  int code = ensure_running(made, error);
  if (code) {
    close_program(made);
    if (error) error->code = SHEAF_ELOAD;
    return SHEAF_ELOAD;
  }
  *state = made;
  return SHEAF_OK;
}

// An exporter is asked once, for its records.
static int process(void *state, sheaf_doc *doc, sheaf_result *result,
                   sheaf_error *error) {
  process_plugin *plugin = state;
  bool exports = sheaf_value_count(plugin->context->outputs) > 0;
  return exports ? SHEAF_OK : ask(plugin, "process", doc, result, error);
}

static int encode(void *state, sheaf_doc *doc, sheaf_result *result,
                  sheaf_error *error) {
  return ask(state, "encode", doc, result, error);
}

static int check(void *state, sheaf_error *error) {
  return ask(state, "check", NULL, NULL, error);
}

static const sheaf_plugin_hooks hooks = {
    .size = sizeof hooks,
    .api = SHEAF_PLUGIN_API,
    .open = open_program,
    .process = process,
    .encode = encode,
    .check = check,
    .close = close_program,
};

const sf_language sf_process = {.name = "process", .hooks = &hooks};
