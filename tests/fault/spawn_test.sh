# Programs that plugins start: granted ones only, and none outlives its plugin.
INCLUDE=$(realpath "$(dirname "$0")/../../include")
source "$(dirname "$0")/lib.sh"

# spawner NAME COMMAND [LIMITS]: starts the program for document 5.
spawner() {
  mkdir -p "$1"
  cat >"$1/plugin.json" <<JSON
{ "name": "$1", "version": "1.0.0", "api": 1, "stage": "extract",
  "language": "lua", "main": "main.lua", "summary": "Starts a program.",
  "writes": ["mark"], "permissions": { "spawn": true }, "in_flight": 3,
  "limits": ${3:-{ \"wall_ms\": 5000 \}} }
JSON
  cat >"$1/main.lua" <<LUA
local plugin = {}
function plugin.process(doc, ctx)
  if doc.member == "0005.txt" then
    local result, message = ctx:spawn { command = { $2 }, input = doc.text }
    if not result then return nil, message end
    doc:set_metadata("result", result)
  end
  doc:add("mark", 0, 8)
end
return plugin
LUA
}

documents 9 many
go() { # NAME [ALLOWED]
  run -j 1 ${2:+--allow "spawn=$2"} -p "./$1" -p export.jsonl many -o "out-$1" \
    2>warnings
}
all_marked() { ! grep -v '"mark"' "out-$1/documents.jsonl"; }
result_has() { grep '0005.txt' "out-$1/documents.jsonl" | has "$2"; }
reason_has() { row "out-$1" 0005.txt | has "$2"; }
one_lost() { [ "$(grep -c '"status":"ok"' "out-$1/ledger.jsonl")" = 8 ]; }

spawner cat '"cat"'
ok "a program that was granted runs" go cat cat
ok "its output comes back" result_has cat '"output":"Document 5.'
ok "and all documents go on" all_marked cat

spawner refused '"cat"'
ok "one that was not granted costs the document" exits 1 go refused
ok "the reason says what to allow" reason_has refused '--allow refused:spawn=cat'
ok "and no other" one_lost refused

spawner gone '"no-such-program"'
ok "one that is not there costs the document, too" exits 1 go gone no-such-program
ok "and is named" reason_has gone 'no-such-program: this program is not installed'

spawner fails '"sh", "-c", "echo said; echo why >&2; exit 7"'
ok "one that fails" go fails sh
ok "tells its status" result_has fails '"status":7'
ok "its output" result_has fails '"output":"said\n"'
ok "and its errors" result_has fails '"errors":"why\n"'

spawner dies '"sh", "-c", "kill -9 $$"'
ok "one that is killed" go dies sh
ok "tells the signal" result_has dies '"signal":9'

# Both stop for ever; they have a number by which they are found.
spawner hangs "[[sh]], [[-c]], [[sh -c 'kill -STOP \$\$ # 31.4159' &
  kill -STOP \$\$ # 31.4159]]" '{ "wall_ms": 800 }'
ok "one that hangs ends with its plugin's time" exits 1 go hangs sh
ok "in a row" reason_has hangs '"code":"timeout"'
ok "it costs one document" one_lost hangs
none_left() { ! pgrep -f "# 31.4159"; }
ok "and leaves none of its children" none_left

spawner floods '"sh", "-c", "while :; do echo yyyyyyyyyyyyyyyyyyyyyyyy; done"' \
  '{ "memory_mb": 8, "wall_ms": 20000 }'
ok "one that writes without end is stopped" exits 1 go floods sh
ok "with a row that tells why" reason_has floods 'said more than the 8 MB'

spawner walled '"sh", "-c", "cat /etc/passwd; echo x >/tmp/sheaf-spawned"'
ok "a program is behind the wall" go walled sh
ok "which refuses files to it" result_has walled 'ermission denied'

# The worker itself has no children: it asks a broker.
mkdir forker
sed 's/"walled"/"forker"/; s/"language": "lua", "main": "main.lua"/"language": "native", "main": "main.so"/' \
  walled/plugin.json >forker/plugin.json
cat >forker/main.c <<'C'
#include <unistd.h>
#include "sheaf/plugin.h"
static int process(void *state, sheaf_doc *doc, sheaf_result *result,
                   sheaf_error *error) {
  (void)state, (void)result;
  return fork() < 0 ? sheaf_doc_add(doc, "mark", 0, 8, NULL, error) : SHEAF_ELIMIT;
}
static const sheaf_plugin_hooks hooks = {
  .size = sizeof hooks, .api = SHEAF_PLUGIN_API, .process = process};
const sheaf_plugin_hooks *sheaf_plugin_entry(void) { return &hooks; }
C
cc -shared -fPIC -o forker/main.so -I "$INCLUDE" forker/main.c
ok "who may start programs still cannot fork" go forker sh
ok "whatever is granted" all_marked forker

# It starts programs as Lua does, and waits for them.
mkdir starter
sed 's/"forker"/"starter"/; s/"wall_ms": 5000/"wall_ms": 800/' forker/plugin.json \
  >starter/plugin.json
cat >starter/main.c <<'C'
#include <string.h>
#include "sheaf/plugin.h"
static int open_plugin(void **state, const sheaf_plugin_context *context,
                       sheaf_error *error) {
  const char *const words[] = {"sh", NULL};
  sheaf_outcome outcome;
  sheaf_plugin_spawn(context, &(sheaf_command){sizeof(sheaf_command), words},
                     &outcome, error);
  sheaf_outcome_clear(&outcome);
  if (!strstr(error->why, "only process and encode")) return SHEAF_ELOAD;
  *state = (void *)context;
  return SHEAF_OK;
}
static int process(void *state, sheaf_doc *doc, sheaf_result *result,
                   sheaf_error *error) {
  int fifth = !strcmp(sheaf_doc_member(doc).data, "0005.txt");
  const char *const words[] = {
      "sh", "-c", fifth ? "kill -STOP $$ # 31.4159" : "cat; exit 3", NULL};
  const sheaf_command command = {sizeof command, words, sheaf_doc_text(doc)};
  sheaf_outcome outcome;
  (void)result;
  int code = sheaf_plugin_spawn(state, &command, &outcome, error);
  if (!code && outcome.status == 3)
    code = sheaf_doc_add(doc, "mark", 0, outcome.output.size, NULL, error);
  sheaf_outcome_clear(&outcome);
  return code;
}
static const sheaf_plugin_hooks hooks = {
  .size = sizeof hooks, .api = SHEAF_PLUGIN_API, .open = open_plugin,
  .process = process};
const sheaf_plugin_hooks *sheaf_plugin_entry(void) { return &hooks; }
C
cc -shared -fPIC -o starter/main.so -I "$INCLUDE" starter/main.c
ok "a library starts programs by Sheaf, and may wait too long" exits 1 go starter sh
ok "which costs one document" one_lost starter
ok "since its worker ends" reason_has starter '"code":"timeout"'
ok "the others have what theirs said" \
  [ "$(grep -c '"mark":\[' out-starter/documents.jsonl)" = 8 ]
ok "and no program is left" none_left
rm -r out-starter
ok "it is asked for as in Lua" exits 1 go starter
ok "and the reason says what to allow" \
  bash -c 'grep -c -- "--allow starter:spawn=sh" "$0" | grep -qx 9' \
  out-starter/ledger.jsonl

finish
