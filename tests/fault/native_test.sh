# Plugins in C: what they do wrong costs one document at most, and one of
# another time runs.
include=$(realpath "$(dirname "$0")/../../include")
first=$(realpath "$(dirname "$0")/native/first.c")
source "$(dirname "$0")/lib.sh"

# native NAME BODY: what the plugin does with document 5 before it goes on.
native() {
  mkdir -p "$1"
  cat >"$1/plugin.json" <<JSON
{ "name": "$1", "version": "1.0.0", "api": 1, "stage": "extract",
  "language": "native", "main": "main.so", "summary": "Does one document ill.",
  "writes": ["mark"], "limits": { "cpu_ms": 1000, "wall_ms": 2000 } }
JSON
  cat >"$1/main.c" <<C
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sheaf/plugin.h"

static int fail(sheaf_error *error, const char *why) {
  *error = (sheaf_error){.code = SHEAF_EPLUGIN};
  snprintf(error->why, sizeof error->why, "%s", why);
  return error->code;
}

static int process(void *state, sheaf_doc *doc, sheaf_result *result,
                   sheaf_error *error) {
  sheaf_bytes name = sheaf_doc_member(doc);
  (void)state, (void)result;
  if (name.size == 8 && !memcmp(name.data, "0005.txt", 8)) {
    $2
  }
  return sheaf_doc_add(doc, "mark", 0, 8, NULL, error);
}

${3:-static const sheaf_plugin_hooks hooks = {
  .size = sizeof hooks, .api = SHEAF_PLUGIN_API, .process = process\};
const sheaf_plugin_hooks *sheaf_plugin_entry(void) { return &hooks; \}}
C
  cc -shared -fPIC -o "$1/main.so" -I "$include" "$1/main.c"
}

documents 9 many

costs_none() {
  run -j 1 -p "./$1" -p export.jsonl "${@:2}" many -o "out-$1" &&
    ! grep -v '"mark"' "out-$1/documents.jsonl"
}

native works ';'
ok "a plugin in C runs" costs_none works
rm -r out-works
ok "without workers, too" costs_none works -j 0

native fails 'return fail(error, "not that one");'
ok "its errors are rows" costs_one fails plugin-error 'not that one'
native invalid 'return sheaf_doc_add(doc, "Mark", 0, 8, NULL, error);'
ok "so is what the contract refuses" costs_one invalid plugin-error 'not a kind of span'
native segfaults 'raise(SIGSEGV);'
ok "a crash costs its document" costs_one segfaults worker-died 'signal 11\|status 1'
native exits '_exit(0);'
ok "so does an exit" costs_one exits worker-died 'status 0'
native spins 'for (volatile int i = 0;; i++);'
ok "so does a loop" costs_one spins timeout 'did not return'
native leaks 'while (open("/dev/null", O_RDONLY) >= 0);'
cp -r many more
ok "descriptors that it leaks cost nothing" costs_none leaks more
ok "nor do the documents behind them" \
  [ "$(grep -c '"status":"ok"' out-leaks/ledger.jsonl)" = 18 ]
native forks 'if (fork() >= 0) return fail(error, "has a child");'
ok "it cannot fork" costs_none forks
native reads 'if (open("/etc/passwd", O_RDONLY) >= 0) return fail(error, "open");'
ok "nor read what was not granted" costs_none reads
native writes 'if (open("/tmp/sheaf-native", O_WRONLY | O_CREAT, 0600) >= 0)
  return fail(error, "made");'
ok "nor write" costs_none writes
native dials 'if (socket(AF_INET, SOCK_STREAM, 0) >= 0) return fail(error, "net");'
ok "nor reach the network" costs_none dials
native spawns 'execl("/bin/sh", "sh", "-c", "exit 9", NULL);'
ok "nor become a shell" costs_none spawns

# What was granted to another plugin of the run is within its reach.
plugin asks "$NO_LIMITS" 'doc:add("mark", 0, 8)'
sed -i 's/"permissions": {}/"permissions": { "read": ["\/etc\/hostname"] }/' \
  asks/plugin.json
shared() {
  status run -j 1 "$@" -p export.jsonl many -o out-shared >/dev/null
  rm -r out-shared
  has 'works: it is in C, and within its reach is what asks may read' <status.log
}
ok "what another plugin was granted is told of" \
  shared -p ./works -p ./asks --allow read=/etc/hostname
ok "what it was not is not" eval '! shared -p ./works -p ./asks'
ok "nor what readers are granted by themselves" eval '! shared -p ./works'

# A table of hooks that ends where the first one did, and one from the future.
native old ';' 'static const sheaf_plugin_hooks hooks = {
  .size = offsetof(sheaf_plugin_hooks, start), .api = 1, .process = process};
const sheaf_plugin_hooks *sheaf_plugin_entry(void) { return &hooks; }'
ok "an old plugin runs under a newer host" costs_none old
mkdir first
cat >first/plugin.json <<'JSON'
{ "name": "first", "version": "1.0.0", "api": 1, "stage": "extract",
  "language": "native", "main": "main.so", "summary": "Marks.",
  "writes": ["mark"], "limits": { "memory_mb": 64 },
  "options": { "length": { "type": "int", "default": 8, "doc": "Bytes." } } }
JSON
cc -shared -fPIC -o first/main.so "$first"
ok "one that was built for the first version runs" costs_none first
ok "and adds what it added then" \
  has '"mark":[{"start":0,"end":8,"by":"the first"}]' <out-first/documents.jsonl
native future ';' 'static const struct { sheaf_plugin_hooks hooks; void *more[9]; } hooks = {
  {.size = sizeof hooks, .api = 1, .process = process}, {(void *)1}};
const sheaf_plugin_hooks *sheaf_plugin_entry(void) { return &hooks.hooks; }'
ok "a plugin from the future runs without what is not known" costs_none future
native wrong ';' 'int sheaf_plugin_other(void) { return process != 0; }'
ok "one without its function is told of" \
  exits 5 run -p ./wrong -p export.jsonl many -o out-wrong
ok "by its name" has 'no function sheaf_plugin_entry' <status.log
native gone ';'
rm gone/main.so
ok "one without its library as well" \
  exits 5 run -p ./gone -p export.jsonl many -o out-gone

finish
