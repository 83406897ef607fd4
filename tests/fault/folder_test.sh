# The run folder: what may be in it, who may write to it, and full disks.
source "$(dirname "$0")/lib.sh"

documents 40 some
mkdir foreign empty
touch foreign/letter.txt

ok "a folder with something else in it is refused" \
  exits 4 run -p export.jsonl some -o foreign
ok "with --resume too" exits 4 run --resume -p export.jsonl some -o foreign
ok "and left alone" [ "$(ls -A foreign)" = letter.txt ]
ok "an empty folder is taken" exits 0 run -p export.jsonl some -o empty
ok "a complete run is refused" exits 4 run -p export.jsonl some -o empty
ok "--resume in no folder yet begins a run" \
  exits 0 run --resume -p export.jsonl some -o begun
ok "a folder within the input is refused" \
  exits 2 run -p export.jsonl some -o some/out
ok "and not made" [ ! -e some/out ]
ok "a file is refused" exits 4 run -p export.jsonl some -o foreign/letter.txt
ok "a run over nothing that can be opened ends with 3" \
  exits 3 run -p export.jsonl nowhere.zip -o nothing
ok "and leaves no folder behind" [ ! -e nothing ]
ok "one bundle that cannot be opened ends with 1" \
  exits 1 run -p export.jsonl nowhere.zip some -o half
ok "the others are done" [ "$(wc -l <half/ledger.jsonl)" = 40 ]
ok "a bundle given twice has different ids" \
  exits 0 run -p export.jsonl some some -o twice
ok "in the ledger" [ "$(sort -u twice/ledger.jsonl | wc -l)" = 80 ]
ok "too many errors end a run with 6" \
  exits 6 run --max-errors 3 --max-document 1 -p export.jsonl some -o many
ok "at the third one" [ "$(wc -l <many/ledger.jsonl.part)" = 3 ]

# Two runs in one folder.
gate
hold some/0001.txt
start -j 1 -p ./test.gate -p export.jsonl some -o locked
first=$!
wait_for at.0001.txt log
ok "a second run in the same folder is refused" \
  exits 4 run --resume -p ./test.gate -p export.jsonl some -o locked
locked() { has "another run is writing to it" <status.log; }
ok "with the reason" locked
worker=$(workers_of $first)
kill -9 $first
wait $first 2>/dev/null || true
gone() {
  local turn
  for ((turn = 0; turn < 500; turn++)); do
    kill -0 "$worker" 2>/dev/null || return 0
    sleep 0.01
  done
  return 1
}
ok "workers die with their supervisor" gone
rm -rf locked
ok "and the lock with them" exits 0 run -p export.jsonl some -o locked

# A disk that is full.
full_disk() {
  mkdir disk
  mount -t tmpfs -o size=64k none disk 2>/dev/null
}
if full_disk; then
  documents 900 lots
  ok "a full disk ends a run with 4" \
    exits 4 run -j 2 -p export.jsonl lots -o disk/out
  ok "and no file has its final name" [ ! -e disk/out/documents.jsonl ]
  mount -o remount,size=8m disk
  ok "with room again it goes on" \
    exits 0 run --resume -j 2 -p export.jsonl lots -o disk/out
  run -j 0 -p export.jsonl lots -o lots.out
  ok "and gives the same bytes" same_run lots.out disk/out
  umount disk
else
  echo "# a full disk: skipped, mounting is not permitted"
fi
finish
