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

# inject FAULT FOLDER: one run without workers that meets the fault.
inject() {
  local code=0
  strace -f -o trace -e "inject=$1" "$SHEAF" run --progress none -j 0 --resume \
    "${steps[@]}" few -o "$2" >status.log 2>&1 || code=$?
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
finish
