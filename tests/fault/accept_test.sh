# Runs that go on although something has changed: what that concerns is done
# anew, and the result is that of a new run.
source "$(dirname "$0")/lib.sh"

documents 40 first
documents 60 second
documents 40 third
gate
go() { run -j 2 -p ./test.gate -p export.jsonl -p export.csv "${@:2}" -o "$1"; }
interrupt() { # FOLDER, at document 50 of the second bundle
  hold second/0050.txt
  start -j 2 -p ./test.gate -p export.jsonl -p export.csv first second third -o "$1"
  local supervisor=$!
  wait_for at.0050.txt log && wait_for_file "$1/.state"
  kill -KILL $supervisor
  wait $supervisor 2>/dev/null || true
  release second/0050.txt
}
same() { same_run "$1" "$2" && cmp "$1/spans.csv" "$2/spans.csv" &&
  [ "$(counts "$1")" = "$(counts "$2")" ]; }
counts() { "$SHEAF" -e 'local report = sheaf.json.decode(io.open(arg[1]):read "a")
  print(sheaf.json.encode(report.counts), sheaf.json.encode(report.outputs))' \
  "$1/run.json"; }
# anew FOLDER BUNDLE…: goes on, and compares with a new run.
anew() {
  rm -rf new
  go new "${@:2}" && go "$1" --resume --accept-changes "${@:2}" 2>told &&
    same new "$1"
}
done_again() { # how many rows were written by the run that went on
  "$SHEAF" -e 'local report = sheaf.json.decode(io.open(arg[1]):read "a")
    for _, timing in ipairs(report.timings) do
      if timing.plugin == "test.gate" then print(timing.calls) end
    end' "$1/run.json"
}

go whole first second third
interrupt stopped
cp -r stopped option && cp -r stopped early && cp -r stopped late
ok "other options begin everything anew" \
  go option --resume --accept-changes --nested 1 first second third
go nested --nested 1 first second third
ok "and are those of a new run" same nested option

cp -r whole more
ok "a bundle more is refused" exits 4 go more --resume first second third first
bundles() { has 'bundles: 3 when the run began, now 4' <status.log; }
ok "and told" bundles
offered() { has -- '--accept-changes' <status.log; }
ok "with what can be done" offered
ok "a complete run goes on with it" anew more first second third first
ok "and with it alone" [ "$(done_again more)" = 40 ]
cp -r whole fewer
ok "a bundle less is cut off" anew fewer first second
cp -r whole plugin
sed -i 's/mark/sign/' test.gate/main.lua && sed -i 's/mark/sign/' test.gate/plugin.json
all() { exits 4 go plugin --resume --raw first second third && has 'test.gate: its files were changed' <status.log &&
  has 'pipeline: other plugins' <status.log; }
ok "all that has changed is told" all
ok "another plugin begins everything anew" anew plugin first second third
ok "that is told" has 'its files were changed' <told
sed -i 's/sign/mark/' test.gate/main.lua && sed -i 's/sign/mark/' test.gate/plugin.json

cp -r whole third.changed
cp third/0001.txt third/0000.txt
ok "the last bundle has changed" anew third.changed first second third
ok "it alone is done anew" [ "$(done_again third.changed)" = 41 ]
ok "an interrupted run goes on before it" anew late first second third
cp second/0001.txt second/0000.txt
ok "where it stood it begins that bundle anew" anew early first second third
ok "which is not what it was" [ "$(wc -l <early/ledger.jsonl)" = 142 ]

# The first error ends a run, whatever the number of workers.
plugin test.picky "$NO_LIMITS" 'if name == "0030.txt" or name == "0050.txt" then
  error("no") end'
for j in 0 1 4; do
  ok "-j $j: --on-error stop ends at the first error" \
    exits 6 run --on-error stop -j $j -p ./test.picky -p export.jsonl second -o halt$j
  cp halt$j/documents.jsonl.part halted$j
  ok "-j $j: with the documents up to it" \
    [ "$(tail -1 halt$j/ledger.jsonl.part | grep -c 0030.txt)" = 1 ]
  ok "-j $j: the same ones" \
    cmp halted0 halted$j
  ok "-j $j: it goes on, to the next" \
    exits 6 run --resume --on-error stop -j $j -p ./test.picky -p export.jsonl second -o halt$j
  ok "-j $j: and to the end" \
    exits 1 run --resume -j $j -p ./test.picky -p export.jsonl second -o halt$j
  ok "-j $j: --max-errors counts" \
    exits 6 run --max-errors 2 -j $j -p ./test.picky -p export.jsonl second -o many$j
  ok "-j $j: up to that document" cmp many0/documents.jsonl.part many$j/documents.jsonl.part
done
ok "in the end nothing is different" same_run halt0 halt4
finish
