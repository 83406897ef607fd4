# The same bytes with any number of workers, whichever way they die.
source "$(dirname "$0")/lib.sh"

documents 300 many
plugin test.mark "$NO_LIMITS" 'doc:add("mark", 0, 8, { name = name })
  if name == "0007.txt" then error("seven") end
  if name == "0008.txt" then doc:drop("eight") end'

ok "a run without workers ends with 1 when a document failed" \
  exits 1 run -j 0 -p ./test.mark -p export.jsonl many -o j0
for j in 1 2 8; do
  run -j $j -p ./test.mark -p export.jsonl many -o j$j 2>/dev/null || true
  ok "$j workers give the same bytes as none" same_run j0 j$j
done
failed() { row j0 0007.txt | has '"status":"failed","reason":"'; }
skipped() { row j0 0008.txt | has '"status":"skipped","reason":"eight","code":null,"plugin":"test.mark"'; }
ok "the first plugin's error is the failed document's reason" failed
ok "a dropped document is skipped for the reason that the plugin gave" skipped
ok "every document has one row" [ "$(wc -l <j8/ledger.jsonl)" = 300 ]
ok "failed and dropped documents are not exported" \
  [ "$(wc -l <j8/documents.jsonl)" = 298 ]

# A worker dies twice on the same document, and once on another one.
gate
hold many/0050.txt
hold many/0090.txt
start -j 1 -p ./test.gate -p export.jsonl many -o killed
supervisor=$!
kill_at() {
  wait_for "at.$1" log || return
  : >log
  kill -9 "$(workers_of $supervisor)"
}
ok "a worker is killed" kill_at 0050.txt
ok "and the one that tries the document again" kill_at 0050.txt
wait_for at.0090.txt log
release many/0090.txt
ok "and one more, elsewhere" kill_at 0090.txt
ended=0
wait $supervisor || ended=$?
ok "a run whose workers are killed goes on to its end" [ "$ended" = 1 ]
guilty() { row killed 0050.txt | has '"status":"killed","reason":"its worker was ended by signal 9 in test.gate","code":"worker-died","plugin":"test.gate"'; }
innocent() { row killed 0090.txt | has '"status":"ok"'; }
ok "the document on which a worker died twice is killed" guilty
ok "a document on which a worker died once is done again" innocent
ok "no other document is lost" [ "$(wc -l <killed/ledger.jsonl)" = 300 ]
ok "nor doubled" [ "$(wc -l <killed/documents.jsonl)" = 299 ]

# However many processors there are: who is at one document for long is joined
# by others. Each of these is the first of a block.
for first in 0001 0017 0025 0033 0041 0049 0065; do hold many/$first.txt; done
start -j 6 -p ./test.gate -p export.jsonl many -o busy
supervisor=$!
three_busy() {
  local turn
  for ((turn = 0; turn < 1000; turn++)); do
    [ "$(grep -c at.00 log)" -lt 3 ] || return 0
    sleep 0.01
  done
  return 1
}
ok "where documents take long, there are more workers than processors" three_busy
{ kill -9 $supervisor && wait $supervisor; } 2>/dev/null || true
for first in 0001 0017 0025 0033 0041 0049 0065; do release many/$first.txt; done

# A plugin that does not come back.
plugin test.loop '{ "memory_mb": 64, "cpu_ms": 0, "wall_ms": 300 }' \
  'if name:match("^00[12]5") then
    while true do pcall(function() while true do end end) end
  end'
ok "a plugin that loops does not stop the run" \
  exits 1 run -j 2 -p ./test.loop -p export.jsonl many -o looped
timeout() { row looped 0015.txt | has '"status":"killed","reason":"test.loop did not return within 300 ms","code":"timeout","plugin":"test.loop"'; }
ok "it costs its document, with the reason" timeout
ok "and no other document" [ "$(grep -c '"status":"ok"' looped/ledger.jsonl)" = 298 ]

# A plugin that cannot be opened.
plugin test.broken "$NO_LIMITS" ')'
ok "a plugin that cannot be loaded ends the run with 5" \
  exits 5 run -j 2 -p ./test.broken -p export.jsonl many -o broken
ok "and leaves no folder behind" [ ! -e broken ]
finish
