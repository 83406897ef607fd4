# What the fault tests share. Sourced with the program's path as $1.
#
# Tests wait for what a plugin prints, never for a time, so that they hit the
# same moment on every machine.
# shellcheck shell=bash
set -euo pipefail

SHEAF=$(realpath "$1")
WORK=$(mktemp -d)
trap 'clean_up' EXIT
ACCOUNTS=$(realpath "$(dirname "${BASH_SOURCE[0]}")/accounts.lua")
cd "$WORK"

failures=0
number=0

clean_up() {
  local status=$?
  local child
  for child in $(jobs -p); do kill -9 "$child" 2>/dev/null || true; done
  cd /
  rm -rf "$WORK"
  exit "$status"
}

# ok DESCRIPTION COMMAND…: one test, in TAP.
ok() {
  local description=$1
  shift
  number=$((number + 1))
  if "$@" >check.log 2>&1; then
    echo "ok $number - $description"
  else
    echo "not ok $number - $description"
    sed 's/^/# /' check.log
    failures=$((failures + 1))
  fi
}

finish() {
  echo "1..$number"
  [ "$failures" -eq 0 ]
}

# documents COUNT FOLDER: a folder with so many small documents.
documents() {
  mkdir -p "$2"
  local i
  for ((i = 1; i <= $1; i++)); do
    printf 'Document %d.\n\nGO ON: it has %d words, more or less.\n' \
      "$i" $((i * 3)) >"$2/$(printf '%04d' "$i").txt"
  done
}

# change FILE FROM TO: changes the words in a document, not its size or time.
change() {
  touch -r "$1" time
  sed "s/$2/$3/" "$1" >changed.txt
  cat changed.txt >"$1"
  touch -r time "$1"
}

# A document that is held keeps test.gate busy for ever; its name is printed.
hold() { change "$1" 'GO ON' 'WAIT!'; }
release() { change "$1" 'WAIT!' 'GO ON'; }

# plugin NAME LIMITS BODY: a plugin in the folder NAME whose process() is BODY;
# `name` is the document's.
plugin() {
  mkdir -p "$1"
  cat >"$1/plugin.json" <<JSON
{ "name": "$1", "version": "1.0.0", "api": 1, "stage": "extract",
  "language": "lua", "main": "main.lua", "license": "MIT", "summary": "A test.",
  "reads": [], "writes": ["mark"], "options": {}, "permissions": {},
  "limits": $2 }
JSON
  cat >"$1/main.lua" <<LUA
local plugin = {}
function plugin.process(doc)
  local name = doc.member
  $3
end
return plugin
LUA
}

NO_LIMITS='{ "memory_mb": 64, "cpu_ms": 0, "wall_ms": 0 }'

gate() {
  plugin test.gate "$NO_LIMITS" 'doc:add("mark", 0, 8, { name = name })
    if doc.text:find("WAIT!", 1, true) then
      print("at", name)
      while true do end
    end'
}

# fates WORK: a plugin to which documents come to every end: some are dropped,
# some fail, some have children. Each takes so many rounds of work.
fates() {
  plugin test.fates "$NO_LIMITS" "doc:add('mark', 0, 8, { name = name })
    for _ = 1, $1 do end
    local number = math.tointeger(name:match '(%d+)%.txt\$')
    if not number then return end
    if number % 7 == 0 then
      for i = 1, 3 do doc:emit('child ' .. i, 'Child ' .. i .. ' of ' .. name) end
    end
    if number % 11 == 0 then doc:drop('eleven') end
    if number % 13 == 0 then error('thirteen') end"
}

# bundles_of COUNT: a folder `many` with so many documents, the same as a zip,
# and a zip in both.
bundles_of() {
  documents "$1" many
  documents $(($1 / 3)) few
  zip -qr many/nested.zip few
  zip -qr many.zip many
}

# wait_for TEXT FILE: until the file has a line with the text.
wait_for() {
  local turn
  for ((turn = 0; turn < 1000; turn++)); do
    grep -q -- "$1" "$2" 2>/dev/null && return
    sleep 0.01
  done
  echo "# '$1' never came in $2:"
  cat "$2"
  return 1
}

# wait_for_file FILE
wait_for_file() {
  local turn
  for ((turn = 0; turn < 1000; turn++)); do
    [ -e "$1" ] && return
    sleep 0.01
  done
  return 1
}

# workers_of PID: the workers of that supervisor.
workers_of() {
  cat "/proc/$1/task/$1/children"
}

# status COMMAND…: runs it and prints its exit status.
status() {
  local code=0
  "$@" >status.log 2>&1 || code=$?
  echo "$code"
}

# exits STATUS COMMAND…
exits() {
  local wanted=$1 got
  shift
  got=$(status "$@")
  [ "$got" = "$wanted" ] && return
  echo "status $got, not $wanted"
  cat status.log
  return 1
}

# The ledger without the times.
rows() {
  sed 's/"ms":[0-9.]*,//' "$1/ledger.jsonl"
}

# What run.json says of how many documents there were, and of their sizes.
counts() {
  sed -n '/^  "counts"/,/^  }/p' "$1/run.json"
}

# same_run A B: the same outputs, the same ledgers, the same counts.
same_run() {
  cmp "$1/documents.jsonl" "$2/documents.jsonl" &&
    diff <(rows "$1") <(rows "$2") &&
    diff <(counts "$1") <(counts "$2") &&
    [ "$(ls -A "$1")" = "$(ls -A "$2")" ]
}

# accounts FOLDER: what a complete run says of itself agrees.
accounts() {
  SHEAF=$SHEAF "$SHEAF" "$ACCOUNTS" "$1"
}

# accounts_of ARGUMENT…: the same for the run with these arguments.
accounts_of() {
  while [ "$1" != -o ]; do shift; done
  accounts "$2"
}

# row FOLDER MEMBER: the ledger's row of that member.
row() {
  grep -F "\"member\":\"$2\"" "$1/ledger.jsonl"
}

# has TEXT: standard input has it.
has() {
  local text
  text=$(cat)
  [[ $text == *"$1"* ]] && return
  echo "no '$1' in: $text"
  return 1
}

# run ARGUMENT…: its exit status; 99 when it is complete and its accounts are
# wrong.
run() {
  local code=0
  "$SHEAF" run --progress none "$@" || code=$?
  [ $code -gt 1 ] || accounts_of "$@" || return 99
  return $code
}

# The same in the background; standard error goes to the file `log`.
start() {
  "$SHEAF" run --progress none "$@" 2>log &
}

# costs_one NAME CODE PATTERN [OPTION…]: over the nine documents in `many` all is
# well but for the fifth, whose code and reason are these.
costs_one() {
  local ended=0
  run -j 1 -p "./$1" -p export.jsonl "${@:4}" many -o "out-$1" || ended=$?
  [ $ended -eq 1 ] || return
  [ "$(grep -c '"status":"ok"' "out-$1/ledger.jsonl")" = 8 ] || return
  row "out-$1" 0005.txt | has "\"code\":\"$2\"" || return
  row "out-$1" 0005.txt | grep -q "$3"
}
