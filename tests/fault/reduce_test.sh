# Plugins that make their outputs when all documents are done: whatever is
# killed, and whenever, the outputs are the same.
source "$(dirname "$0")/lib.sh"

# test.gather keeps every document's number, and is held, loops, floods or fails
# where the file `flag` says so.
mkdir test.gather
cat >test.gather/plugin.json <<'JSON'
{ "name": "test.gather", "version": "1.0.0", "api": 1, "stage": "reduce",
  "language": "lua", "main": "main.lua", "license": "MIT", "summary": "A test.",
  "outputs": [{ "name": "numbers.txt", "header": "numbers" }],
  "permissions": { "read": true },
  "options": { "flag": { "type": "string", "default": "", "doc": "A file." } } }
JSON
cat >test.gather/main.lua <<'LUA'
local plugin = {}
local function flagged(ctx, what)
  return ctx.options.flag ~= "" and ctx:read_file(ctx.options.flag) == what
end
local function stand(ctx, what)
  if flagged(ctx, what) then print("in " .. what) end
  while flagged(ctx, what) do end
end
function plugin.process(doc)
  if doc.text:find("FAIL!", 1, true) then error("as told") end
  if doc.text:find("WAIT!", 1, true) then
    print("at", doc.member)
    while true do end
  end
  return tostring(doc.text:match("%d+"))
end
local context
function plugin.init(_, ctx) context = ctx end
function plugin.merge(total, number)
  if number == "7" then stand(context, "merge") end
  total[#total + 1] = number
end
function plugin.finish(total, ctx)
  stand(ctx, "finish")
  if flagged(ctx, "fail") then return nil, "it has been told to" end
  while flagged(ctx, "flood") do ctx:write(("x"):rep(1000)) end
  local hoard = {}
  while flagged(ctx, "hoard") do hoard[#hoard + 1] = ("x"):rep(100000) .. #hoard end
  ctx:write(table.concat(total, " ") .. "\n")
end
return plugin
LUA

documents 300 many
flag() { printf '%s' "$1" >flag; }
flag go
FLAGS=(--allow read=flag -p "./test.gather:flag=$PWD/flag" -p export.jsonl)
go() { run "${FLAGS[@]}" "${@:2}" many -o "$1"; }
begin() { start "${FLAGS[@]}" "${@:2}" many -o "$1"; supervisor=$!; }
same() { same_run whole "$1" && cmp whole/numbers.txt "$1/numbers.txt"; }

# Numbers in the order of the documents, without those that failed.
change many/0100.txt 'GO ON' 'FAIL!'
ok "a run with one document that fails" exits 1 go whole -j 1
expected() {
  echo numbers
  seq 300 | grep -vx 100 | paste -sd' '
}
ok "the total has the others, in their order" diff <(expected) whole/numbers.txt
ok "nothing is left of the spool" [ "$(ls -A whole)" = "$(printf '%s\n' \
  documents.jsonl ledger.jsonl numbers.txt run.json)" ]
for j in 0 2 8; do
  exits 1 go "j$j" -j "$j" >/dev/null
  ok "the same with -j $j" same "j$j"
done

# A document that is dropped or fails behind the step is in no total.
mkdir few && cp many/000[1-9].txt few
plugin test.late "$NO_LIMITS" 'if name == "0003.txt" then doc:drop("not this") end
  if name == "0005.txt" then error("too late") end'
run -p ./test.gather -p ./test.late -p export.jsonl few -o late || true
ok "what a later step drops is not in the total" grep -qx '1 2 4 5 6 7 8 9' late/numbers.txt
ok "as it is in no export" [ "$(wc -l <late/documents.jsonl)" = 8 ]
mkdir none
ok "a run over nothing has a total, too" run -j 1 "${FLAGS[@]}" none -o nothing
ok "which is empty" diff <(printf 'numbers\n\n') nothing/numbers.txt

# Workers and supervisors that are killed.
hold many/0200.txt
begin killed -j 2
wait_for at.0200.txt log && wait_for_file killed/.state
kill -KILL $supervisor
wait $supervisor 2>/dev/null || true
release many/0200.txt
ok "a run that was killed in process goes on" exits 1 go killed --resume
ok "into the same" same killed

for where in merge finish; do
  flag $where
  begin "worker-$where" -j 2
  wait_for "in $where" log
  kill -KILL "$(workers_of $supervisor | awk '{ print $1 }')"
  flag go
  ended=0
  wait $supervisor || ended=$?
  ok "a worker that was killed in $where is replaced" [ $ended = 1 ]
  ok "and the run is the same" same "worker-$where"

  flag $where
  begin "run-$where" -j 2
  wait_for "in $where" log
  kill -KILL $supervisor
  wait $supervisor 2>/dev/null || true
  flag go
  ok "there is no output before its time" [ ! -e "run-$where/numbers.txt" ]
  ok "a run that was killed in $where goes on" exits 1 go "run-$where" --resume
  ok "and is the same" same "run-$where"
done

flag finish
begin stopped -j 2
wait_for "in finish" log
kill -TERM $supervisor
ended=0
wait $supervisor || ended=$?
ok "a signal in finish stops the run" [ $ended = 143 ]
flag go
ok "which goes on" exits 1 go stopped --resume
ok "into the same" same stopped

# A finish that fails costs its outputs alone, and can be tried again.
unfinished() {
  flag "$1"
  exits 1 go "bad-$1" -j 1 "${@:3}" || return
  flag go
  has "$2" <status.log || return
  cmp whole/documents.jsonl "bad-$1/documents.jsonl" || return
  [ ! -e "bad-$1/numbers.txt" ] || return
  "$SHEAF" status "bad-$1" >status.log || return
  has 'steps that did not finish' <status.log && has '--resume' <status.log || return
  grep -q '"plugin": "test.gather"' <(sed -n '/"unfinished"/,/]/p' "bad-$1/run.json") || return
  exits 1 go "bad-$1" --resume && same "bad-$1"
}
ok "a finish that fails" unfinished fail 'it has been told to'
ok "one that takes too much time" unfinished finish '300 ms' \
  --limits test.gather:finish_ms=300
ok "a merge that does" unfinished merge '300 ms' \
  --limits test.gather:finish_ms=300
ok "one that writes too much" unfinished flood 'limit of 1 MB of output' \
  --limits test.gather:finish_output_mb=1
ok "one that takes too much memory" unfinished hoard 'memory limit of 8 MB' \
  --limits test.gather:finish_memory_mb=8

# Shards.
for i in 1 2 3; do exits 1 go "part$i" -j "$i" --shard "$i/3" >/dev/null || true; done
merge() { SHEAF_PLUGIN_PATH=. "$SHEAF" merge -o "$1" part2 part1 part3; }
ok "shards are merged" merge merged
ok "into the same" same merged
flag fail
ok "a finish that fails then is the error" exits 1 merge unmerged
ok "with its reason" has 'it has been told to' <status.log
ok "and the merged run is not complete" [ ! -e unmerged/run.json ]
flag go
ok "a plugin that is not found is named" exits 5 "$SHEAF" merge -o lost part1 part2 part3
echo "-- changed" >>test.gather/main.lua
ok "one that has changed is refused" exits 4 merge changed

finish
