# A retry that is killed at each of its writes, syncs, renames and removals, or
# has one of them refused, leaves the old run or the new one, and goes on.
source "$(dirname "$0")/lib.sh"

if ! strace -o /dev/null true 2>/dev/null; then
  echo "1..0 # skipped: strace is not here or may not trace"
  exit 0
fi
# The leak check cannot work under strace.
export ASAN_OPTIONS=detect_leaks=0

documents 6 few
picky() {
  plugin test.picky "$NO_LIMITS" "doc:add('mark', 0, 8, { name = name })
    if $1 and tonumber(name:match('%d+')) % 5 == 0 then error('no') end"
}
go() { run -j 0 -p ./test.picky -p export.jsonl -p export.csv few -o "$1"; }
picky false && go whole
picky true && (go bad || true)
picky false

same() { same_run "$1" "$2" && cmp "$1/spans.csv" "$2/spans.csv"; }
retry() { "$SHEAF" retry --progress none -j 0 hurt; }

# A folder with a report is that of a complete run, the old one or the new one.
is_either() {
  local file from=whole
  [ -e hurt/run.json ] || return 0
  cmp -s bad/documents.jsonl hurt/documents.jsonl && from=bad
  for file in documents.jsonl spans.csv; do
    cmp $from/$file hurt/$file || return
  done
  diff <(rows $from) <(rows hurt)
}

# survives CALL FAULT STATUS: the fault at the first, second, … such call,
# until there is none any more.
survives() {
  local n code
  for ((n = 1; ; n++)); do
    rm -rf hurt
    cp -r bad hurt
    code=0
    strace -f -o trace -e "inject=$1:$2:when=$n" "$SHEAF" retry \
      --progress none -j 0 hurt >status.log 2>&1 || code=$?
    [ "$code" != 0 ] || break
    if [ "$code" != "$3" ]; then
      echo "$1 number $n: status $code, not $3"
      cat status.log
      return 1
    fi
    is_either && retry && same whole hurt || return
  done
  echo "survived at $((n - 1)) calls of $1"
  same whole hurt
}

for call in fsync rename renameat unlink rmdir; do
  ok "killed at $call" survives $call signal=KILL 137
done
for call in fsync renameat; do
  ok "$call refused" survives $call error=EIO 4
done

# The other way to complete what was decided.
resumed() {
  rm -rf hurt && cp -r bad hurt
  strace -f -o trace -e inject=renameat:signal=KILL:when=3 "$SHEAF" retry \
    --progress none -j 0 hurt >status.log 2>&1 || true
  [ ! -e hurt/run.json ] && [ -e hurt/.retry ] || return
  exits 4 run --resume -j 0 -p ./test.picky -p export.jsonl -p export.csv few \
    -o hurt || return
  same whole hurt
}
ok "run --resume completes the change first" resumed
finish
