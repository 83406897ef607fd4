# Runs that are interrupted and go on: the same bytes as if they had not been.
source "$(dirname "$0")/lib.sh"

documents 300 many
gate
plugin test.plain "$NO_LIMITS" 'doc:add("mark", 0, 8, { name = name })'

run -j 2 -p ./test.gate -p export.jsonl many -o whole

# interrupt SIGNAL FOLDER WORKERS: interrupts a run at document 200, after a
# commit.
interrupt() {
  hold many/0200.txt
  start -j "$3" -p ./test.gate -p export.jsonl many -o "$2"
  local supervisor=$! code=0
  wait_for at.0200.txt log && wait_for_file "$2/.state"
  kill "-$1" $supervisor
  wait $supervisor 2>/dev/null || code=$?
  release many/0200.txt
  echo "$code" >"$2.code"
}

go_on() { # FOLDER WORKERS
  run -j "$2" --resume -p ./test.gate -p export.jsonl many -o "$1"
}

for j in 1 3; do
  interrupt KILL killed$j $j
  ok "-j $j: a killed run leaves its state and unfinished files" \
    [ -e killed$j/.state -a -e killed$j/documents.jsonl.part ]
  ok "-j $j: and no file with its final name" \
    [ ! -e killed$j/documents.jsonl -a ! -e killed$j/run.json ]
  ok "-j $j: it goes on" go_on killed$j $((3 - j))
  ok "-j $j: and gives the same bytes" same_run whole killed$j
done

interrupt INT stopped 2
ok "SIGINT ends a run with 130" [ "$(cat stopped.code)" = 130 ]
ok "without --resume the folder is refused" \
  exits 4 run -p ./test.gate -p export.jsonl many -o stopped
hint() { has "go on with it: --resume" <status.log; }
ok "with a hint" hint
other_plugin() { exits 4 run --resume -p ./test.plain -p export.jsonl many -o stopped; }
ok "other plugins are refused" other_plugin
other_options() { exits 4 run --resume -p ./test.gate -p export.jsonl:format=dolma many -o stopped; }
ok "other options are refused" other_options
options_named() { has "export.jsonl: other options" <status.log; }
ok "and named" options_named
cp -r stopped changed
ok "SIGINT: it goes on and gives the same bytes" go_on stopped 2
ok "SIGINT: the same bytes" same_run whole stopped
ok "a complete run goes on to nothing" go_on stopped 2
ok "and stays as it is" same_run whole stopped

interrupt TERM ended 1
ok "SIGTERM ends a run with 143" [ "$(cat ended.code)" = 143 ]

# A plugin that does not come back, in the process itself: asking twice helps.
hold many/0003.txt
start -j 0 -p ./test.gate -p export.jsonl many -o twice
asked=$!
wait_for at.0003.txt log
kill -INT $asked
sleep 0.1
kill -INT $asked
code=0
wait $asked 2>/dev/null || code=$?
release many/0003.txt
ok "a second signal ends a run at once" [ "$code" = 130 ]

# What is cut back: rows after the state was written are done again.
printf 'garbage after the last commit' >>ended/documents.jsonl.part
printf '{"id":"garbage' >>ended/ledger.jsonl.part
ok "what came after the last commit is cut off" go_on ended 2
ok "so that the bytes are the same" same_run whole ended

# A run that was killed before its first commit begins anew.
hold many/0003.txt
start -j 1 -p ./test.gate -p export.jsonl many -o early
wait_for at.0003.txt log
kill -9 $! && wait $! 2>/dev/null || true
release many/0003.txt
ok "killed before its first commit: it begins anew" \
  run --resume -j 1 -p ./test.gate -p export.jsonl many -o early
ok "and is whole" [ "$(wc -l <early/ledger.jsonl)" = 300 ]

# Input that is not what it was.
echo more >>many/0299.txt
refused() { exits 4 run --resume -j 2 -p ./test.gate -p export.jsonl many -o changed; }
ok "a changed input is refused" refused
named() { has "many: its members are not those" <status.log; }
ok "and named" named
finish
