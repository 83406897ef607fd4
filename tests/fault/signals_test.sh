# What signals mean to a run, and what a program reads of its progress.
source "$(dirname "$0")/lib.sh"

documents 60 many
gate
STEPS=(-p ./test.gate -p export.jsonl)
run -j 2 "${STEPS[@]}" many -o whole

# ends SIGNAL… : a run whose workers are busy for ever gets the signals; its
# status is in `code`.
ends() {
  local signal
  hold many/0030.txt
  rm -rf out
  start -j 2 "${STEPS[@]}" many -o out
  local supervisor=$!
  wait_for at.0030.txt log
  workers=$(workers_of $supervisor)
  for signal in "$@"; do kill "-$signal" $supervisor || true; done
  code=0
  wait $supervisor 2>/dev/null || code=$?
  release many/0030.txt
}
gone() { local pid; for pid in $workers; do [ ! -e "/proc/$pid" ] || return; done; }
# wait_gone: workers die with the supervisor, a moment later.
wait_gone() {
  local turn
  for ((turn = 0; turn < 1000; turn++)); do gone && return; sleep 0.01; done
  return 1
}
go_on() { run --resume -j 2 "${STEPS[@]}" many -o out && same_run whole out; }
for signal in INT TERM HUP; do
  ends $signal
  ok "SIG$signal ends a run" [ $code = $((128 + $(kill -l $signal))) ]
  ok "SIG$signal: with its workers" wait_gone
  ok "SIG$signal: it goes on" go_on
done
ends INT INT
ok "two signals end it as well" [ $code = 130 ]
ok "with its workers" wait_gone
ok "and it goes on" go_on
trap '' HUP
ends HUP TERM
trap - HUP
ok "SIGHUP that is ignored stays so" [ $code = 143 ]

# Stopped and continued, workers and all: nobody is blamed for the time.
plugin test.slow '{ "memory_mb": 64, "cpu_ms": 0, "wall_ms": 3000 }' '
  if name == "0007.txt" then
    print("at", name)
    if ctx then for _ = 1, 10 do ctx:sleep(50) end else local n = 0 for i = 1, 3e7 do n = n + i end end
  end'
pause() { # FOLDER
  start -j 2 -p ./test.slow -p export.jsonl many -o "$1"
  local supervisor=$! pids
  wait_for at.0007.txt log
  pids="$supervisor $(workers_of $supervisor)"
  # shellcheck disable=SC2086
  kill -STOP $pids
  sleep 4
  # shellcheck disable=SC2086
  kill -CONT $pids
  code=0
  wait $supervisor || code=$?
}
pause busy
ok "a run that was stopped goes on" [ $code = 0 ]
sed -i 's/process(doc)/process(doc, ctx)/' test.slow/main.lua
pause waiting
ok "so does one that waited" [ $code = 0 ]

# Readers that have gone.
broken() {
  "$SHEAF" run --progress json "${STEPS[@]}" many -o piped 2>&1 >/dev/null | true
  [ "${PIPESTATUS[0]}" = 0 ] && same_run whole piped
}
ok "a reader of its progress that has gone is no matter" broken

json() {
  exits 1 "$SHEAF" run --progress json "${STEPS[@]}" many missing.zip -o json &&
    "$SHEAF" -e 'local last, warning
      for line in io.lines(arg[1]) do
        local value = sheaf.json.decode(line)
        if value.warning then warning = value.warning else last = value end
      end
      assert(warning.code == "cannot-open" and warning.what == "missing.zip")
      assert(last.documents == 60 and last.planned == 60 and not last.planning)
      assert(last.ok == 60 and last.failed == 0 and last.bundles_failed == 1)' \
      status.log
}
ok "--progress json: a program can read every line" json

# Storms.
storm() {
  local i missing=()
  for ((i = 0; i < 50; i++)); do missing+=("missing$i.zip"); done
  exits 1 "$SHEAF" run --progress plain "${STEPS[@]}" many "${missing[@]}" -o storm
  [ "$(grep -c 'no such file' status.log)" = 20 ] &&
    has 'warning: 30 more like these: 30 cannot-open' <status.log
}
ok "of many warnings the first are told, and then their number" storm
finish
