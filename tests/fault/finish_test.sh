# What finish of a plugin in C can reach: the spool and one folder.
include=$(realpath "$(dirname "$0")/../../include")
source "$(dirname "$0")/lib.sh"

# finisher NAME BODY: an exporter with a spool, whose finish does that first.
finisher() {
  mkdir -p "$1"
  cat >"$1/plugin.json" <<JSON
{ "name": "$1", "version": "1.0.0", "api": 1, "stage": "export",
  "language": "native", "main": "main.so", "summary": "Finishes.",
  "outputs": [{ "name": "made.txt" }], "spool": true,
  "limits": { "finish_ms": 1000 } }
JSON
  cat >"$1/main.c" <<C
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "sheaf/plugin.h"

static int fail(sheaf_error *error, const char *why) {
  *error = (sheaf_error){.code = SHEAF_EPLUGIN};
  snprintf(error->why, sizeof error->why, "%s", why);
  return error->code;
}

static int encode(void *state, sheaf_doc *doc, sheaf_result *result,
                  sheaf_error *error) {
  (void)state, (void)error;
  return sheaf_result_write(result, 0, sheaf_doc_member(doc));
}

static int can_open(const char *path, int flags) {
  int fd = open(path, flags, 0600);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

static int finish(void *state, sheaf_spool *spool, sheaf_result *result,
                  sheaf_error *error) {
  const char *file = sheaf_result_file(result, 0);
  sheaf_bytes record;
  int code;
  (void)state, (void)file, (void)can_open, (void)fail;
  $2
  while (!(code = sheaf_spool_next(spool, &record, error)))
    if ((code = sheaf_result_write(result, 0, record))) return code;
  return code == SHEAF_END ? SHEAF_OK : code;
}

static const sheaf_plugin_hooks hooks = {
  .size = sizeof hooks, .api = SHEAF_PLUGIN_API, .encode = encode, .finish = finish};
const sheaf_plugin_hooks *sheaf_plugin_entry(void) { return &hooks; }
C
  cc -shared -fPIC -o "$1/main.so" -I "$include" "$1/main.c"
}

documents 5 many
wanted=$(printf '%04d.txt' 1 2 3 4 5)
# fine NAME: it finishes, and its output has all records.
fine() {
  run -j 1 -p "./$1" many -o "out-$1" && [ "$(cat "out-$1/made.txt")" = "$wanted" ]
}
# stopped NAME REASON: it does not, and that is told; nothing else is touched.
stopped() {
  exits 1 run -j 1 -p "./$1" -p export.jsonl many -o "out-$1" || return
  has "$2" <status.log || return
  [ "$(wc -l <"out-$1/documents.jsonl")" = 5 ] && [ ! -e "out-$1/made.txt" ]
}

finisher plain ';'
ok "records come in the order of the documents" fine plain
finisher bundle 'if (can_open("'"$PWD"'/many/0001.txt", O_RDONLY)) return fail(error, "read");'
ok "it cannot read a bundle" fine bundle
finisher outside 'if (can_open("/etc/passwd", O_RDONLY)) return fail(error, "passwd");
  if (can_open("/tmp/sheaf-finish", O_WRONLY | O_CREAT)) return fail(error, "made");'
ok "nor anything outside, nor write there" fine outside
finisher folder 'char path[4096];
  snprintf(path, sizeof path, "%s/../../ledger.jsonl.part", file);
  if (can_open(path, O_RDONLY) || can_open(path, O_WRONLY)) return fail(error, "ledger");
  snprintf(path, sizeof path, "%s/../../more.txt", file);
  if (can_open(path, O_WRONLY | O_CREAT)) return fail(error, "more");'
ok "nor the other files of the run" fine folder
finisher direct 'FILE *out = fopen(file, "w");
  if (!out) return fail(error, "file");
  while (!(code = sheaf_spool_next(spool, &record, error)))
    fwrite(record.data, 1, record.size, out);
  return fclose(out) ? fail(error, "close") : SHEAF_OK;'
ok "a library may make the file" fine direct

finisher links 'if (!symlink("/etc/passwd", file)) return fail(error, "link");'
ok "it makes no links" fine links
finisher folders 'return mkdir(file, 0700) ? fail(error, "mkdir") : SHEAF_OK;'
ok "a folder in the place of an output is none" stopped folders 'no plain file'
finisher crashes 'abort();'
ok "one that crashes is tried twice" stopped crashes 'signal 6 in crashes'
finisher spins 'for (volatile int i = 0;; i++);'
ok "one that spins is stopped" stopped spins 'did not return within 1000 ms'
finisher floods 'while (!(code = sheaf_result_write(result, 0, (sheaf_bytes){file, 20}))) continue;
  return code;'
limited() {
  exits 1 run -j 1 -p ./floods --limits finish_output_mb=1 many -o out-floods &&
    has 'its limit of 1 MB of output' <status.log
}
ok "one that floods as well" limited

finish
