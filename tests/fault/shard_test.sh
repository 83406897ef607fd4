# Shards of a run, and putting them together.
source "$(dirname "$0")/lib.sh"

documents 300 many
documents 40 few
for i in 1 2 3; do cp "many/000$i.txt" "few/x$i.txt"; done
gate
go() { run -p extract.dates -p export.jsonl -p export.csv "${@:2}" -o "$1"; }
go whole -j 2 many few many

for i in 1 2 3; do ok "shard $i of 3" go "part$i" -j "$i" --shard "$i/3" many few many; done
total() { cat part?/ledger.jsonl | wc -l; }
ok "together they have all documents" [ "$(total)" = "$(wc -l <whole/ledger.jsonl)" ]
even() { for i in 1 2 3; do
  [ "$(wc -l <"part$i/ledger.jsonl")" -gt 150 ] || return
done; }
ok "each about as many" even
ok "merge puts them together, in any order" "$SHEAF" merge -o merged part3 part1 part2
ok "the same documents and rows" same_run whole merged
for file in whole/*.csv; do
  ok "the same $(basename "$file")" cmp "$file" "merged/$(basename "$file")"
done
counts() { "$SHEAF" -e 'local report = sheaf.json.decode(io.open(arg[1]):read "a")
  print(sheaf.json.encode(report.counts), sheaf.json.encode(report.outputs),
    sheaf.json.encode(report.pipeline), report.shards)' "$1/run.json"; }
ok "the same counts and sizes" [ "$(counts whole)" = "$(counts merged)" ]
ok "status reads it" "$SHEAF" status merged

# A shard is interrupted and goes on.
hold many/0200.txt
shard() { run -j 1 --shard 2/2 -p ./test.gate -p export.jsonl "$@" many few -o half2; }
start -j 1 --shard 2/2 -p ./test.gate -p export.jsonl many few -o half2
supervisor=$!
wait_for at.0200.txt log && wait_for_file half2/.state
kill -KILL $supervisor
wait $supervisor 2>/dev/null || true
release many/0200.txt
ok "a shard that was killed goes on" shard --resume
ok "the other one" run --shard 1/2 -p ./test.gate -p export.jsonl many few -o half1
run -p ./test.gate -p export.jsonl many few -o gated
ok "they merge" "$SHEAF" merge -o both half1 half2
ok "into the same" same_run gated both

refused() { exits "$1" "$SHEAF" merge -o no "${@:3}" && has "$2" <status.log; }
ok "a missing shard is named" refused 2 'shard 2 of 3 is missing' part1 part3
ok "so is one that is there twice" refused 2 'in part1 already' part1 part1 part2
ok "and one of another run" refused 4 'another run' part1 half2
mkdir -p deep/er && cp many/0001.txt many/0002.txt deep/er
for i in 1 2; do
  run -p export.jsonl --shard "$i/2" -o "deep$i" deep
  cp many/0003.txt deep/er
done
ok "nor one of a folder in which there is more" refused 4 'their plan' deep1 deep2
ok "a run without shards is none" refused 2 'no shard' whole
ok "a folder without a run is none" refused 2 'no complete run' many
ok "a folder that is not empty is left alone" exits 4 "$SHEAF" merge -o many part?
ok "nonsense is refused" exits 2 run --shard 4/3 -p export.jsonl many -o x

finish
