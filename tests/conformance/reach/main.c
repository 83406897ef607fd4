/// What a plugin in C reaches. Each document is called after what to try.
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sheaf/plugin.h"

typedef struct {
  const sheaf_plugin_context *context;
  char got[64];
  sheaf_error *error;
} attempt;

static int refuse(attempt *by, const char *what) {
  *by->error = (sheaf_error){.code = SHEAF_EPLUGIN};
  snprintf(by->error->why, sizeof by->error->why, "%s: %s", what,
           strerror(errno));
  return SHEAF_EPLUGIN;
}

static const char *option(const attempt *by, const char *name) {
  return sheaf_value_get_string(by->context->options, name, "");
}

// Keeps the first line.
static void keep(attempt *by, const char *text, size_t size) {
  const char *end = memchr(text, '\n', size);
  snprintf(by->got, sizeof by->got, "%.*s", (int)(end ? end - text : size),
           text);
}

static int read_passwd(attempt *by) {
  FILE *file = fopen("/etc/passwd", "re");
  if (!file) return refuse(by, "/etc/passwd");
  size_t size = fread(by->got, 1, 4, file);
  return fclose(file) || size != 4 ? refuse(by, "/etc/passwd") : SHEAF_OK;
}

static int write_file(attempt *by) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", option(by, "place"),
           option(by, "language"));
  FILE *file = fopen(path, "we");
  if (!file) return refuse(by, path);
  keep(by, "written", 7);
  return fputs("x", file) < 0 || fclose(file) ? refuse(by, path) : SHEAF_OK;
}

static int talk(attempt *by, int fd) {
  const char *language = option(by, "language");
  char answer[64];
  if (dprintf(fd, "%s\n", language) < 0) return refuse(by, "listener");
  ssize_t size = recv(fd, answer, sizeof answer, 0);
  if (size <= 0) return refuse(by, "listener");
  keep(by, answer, (size_t)size);
  return SHEAF_OK;
}

static int connect_listener(attempt *by) {
  struct sockaddr_in to = {.sin_family = AF_INET,
                           .sin_port = htons((uint16_t)sheaf_value_get_int(
                               by->context->options, "port", 0)),
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return refuse(by, "socket");
  int code = connect(fd, (const struct sockaddr *)&to, sizeof to)
                 ? refuse(by, "listener")
                 : talk(by, fd);
  close(fd);
  return code;
}

static int spawn_shell(attempt *by) {
  const char *const words[] = {"sh", "-c", "echo from a shell", NULL};
  const sheaf_command command = {.size = sizeof command, .words = words};
  sheaf_outcome outcome;
  int code = sheaf_plugin_spawn(by->context, &command, &outcome, by->error);
  if (!code) keep(by, outcome.output.data, outcome.output.size);
  sheaf_outcome_clear(&outcome);
  return code;
}

static const struct {
  const char *member;
  int (*run)(attempt *by);
} attempts[] = {
    {"read.txt", read_passwd},
    {"write.txt", write_file},
    {"net.txt", connect_listener},
    {"spawn.txt", spawn_shell},
};

static int open_plugin(void **state, const sheaf_plugin_context *context,
                       sheaf_error *error) {
  (void)error;
  *state = (void *)context;
  return SHEAF_OK;
}

static int process(void *state, sheaf_doc *doc, sheaf_result *result,
                   sheaf_error *error) {
  attempt by = {.context = state, .error = error};
  const char *member = sheaf_doc_member(doc).data;
  int code = SHEAF_OK;
  (void)result;
  for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
    if (!strcmp(attempts[i].member, member)) code = attempts[i].run(&by);
  if (code) return code;
  return sheaf_value_set_string(sheaf_doc_metadata(doc), "got", by.got);
}

static const sheaf_plugin_hooks hooks = {.size = sizeof hooks,
                                         .api = SHEAF_PLUGIN_API,
                                         .open = open_plugin,
                                         .process = process};

const sheaf_plugin_hooks *sheaf_plugin_entry(void) {
  return &hooks;
}
