# A run that is killed at each of its writes, syncs, renames and removals, or
# has one of them refused, goes on to the same bytes.
source "$(dirname "$0")/lib.sh"

if ! strace -o /dev/null true 2>/dev/null; then
  echo "1..0 # skipped: strace is not here or may not trace"
  exit 0
fi
# The leak check cannot work under strace.
export ASAN_OPTIONS=detect_leaks=0

documents 30 few
gate
steps=(-p ./test.gate -p export.jsonl)
run "${steps[@]}" few -o whole
hold few/0020.txt
start -j 1 "${steps[@]}" few -o begun
wait_for at.0020.txt log && wait_for_file begun/.state
kill -9 $! && wait $! 2>/dev/null || true
release few/0020.txt

# inject FAULT FOLDER [OPTION OF STRACE]…: one run that meets the fault in its
# own process; workers are not traced.
workers=0
inject() {
  local code=0
  strace -o trace -e "inject=$1" "${@:3}" \
    "$SHEAF" run --progress none -j $workers --resume "${steps[@]}" few \
    -o "$2" >status.log 2>&1 || code=$?
  echo "$code"
}

# survives CALL FAULT STATUS FROM: the fault at the first, second, … such call,
# in a run that goes on from the folder FROM, until there is none any more.
survives() {
  local n code
  for ((n = 1; ; n++)); do
    rm -rf hurt
    [ -z "$4" ] || cp -r "$4" hurt
    code=$(inject "$1:$2:when=$n" hurt)
    [ "$code" != 0 ] || break
    if [ "$code" != "$3" ]; then
      echo "$1 number $n: status $code, not $3"
      cat status.log
      return 1
    fi
    run -j 0 --resume "${steps[@]}" few -o hurt && same_run whole hurt || return
  done
  echo "survived at $((n - 1)) calls of $1"
  same_run whole hurt
}

for call in write fdatasync fsync rename renameat unlinkat; do
  ok "killed at $call, from the beginning" \
    survives "$call" signal=KILL 137 ""
  ok "killed at $call, having gone on" survives "$call" signal=KILL 137 begun
done
for call in fdatasync fsync rename renameat unlinkat ftruncate; do
  ok "$call refused, having gone on" survives "$call" error=EIO 4 begun
done
for call in fdatasync ftruncate; do
  ok "$call refused, from the beginning" survives "$call" error=EIO 4 ""
done

# write FAULT NAME: a fault of every second write to that file.
write() {
  rm -rf hurt
  inject "write:$1:when=1+2" hurt -P "$PWD/hurt/$2.part"
}
for name in documents.jsonl ledger.jsonl; do
  ok "an interrupted write to $name goes on" \
    [ "$(write error=EINTR $name)" = 0 ]
  ok "to the same bytes" same_run whole hurt
  ok "with a full disk it does not" [ "$(write error=ENOSPC $name)" = 4 ]
  ok "$name: there is room again" \
    run -j 0 --resume "${steps[@]}" few -o hurt
  ok "$name: the same bytes" same_run whole hurt
done

# Files that may not be larger: a write is done in part, the next one refused.
small() { (
  ulimit -f 2
  run -j 0 "${steps[@]}" few -o hurt
); }
rm -rf hurt
ok "a file that may not be larger ends a run" exits 4 small
ok "which says so" has 'File too large' <status.log
ok "and goes on" run --resume "${steps[@]}" few -o hurt
ok "to the same bytes" same_run whole hurt

workers=2
for call in fdatasync fsync rename renameat unlinkat; do
  ok "with workers, killed at $call, from the beginning" \
    survives "$call" signal=KILL 137 ""
  ok "with workers, killed at $call, having gone on" \
    survives "$call" signal=KILL 137 begun
done
finish
