#!/usr/bin/env bash
# Several documents in flight: what waits, is killed or dies costs itself only.
#
# usage: tests/fault/flight_test.sh SHEAF
# shellcheck source=tests/fault/lib.sh
. "$(dirname "$0")/lib.sh" "$1"

# plugin NAME LIMITS CODE: a plugin that may have eight documents in flight.
plugin() {
  mkdir -p "$1"
  cat >"$1/plugin.json" <<JSON
{ "name": "$1", "version": "1.0.0", "api": 1, "stage": "extract",
  "language": "lua", "main": "main.lua", "summary": "Waits.",
  "in_flight": 8, "limits": { $2 } }
JSON
  cat >"$1/main.lua" <<LUA
return { process = function(doc, ctx)
  local number = tonumber(doc.member:match "%d+")
  $3
end }
LUA
}

# run WORKERS PLUGIN [OPTION…]: a run of it, without the times.
run() {
  rm -rf out
  "$SHEAF" run --progress none -j "$1" -p "./$2" "${@:3}" -p export.jsonl -o out in \
    2>/dev/null || [ $? -eq 1 ]
  sed 's/,"ms":.*//' out/ledger.jsonl >rows
}

# row NUMBER STATUS CODE: how that document ended.
row() {
  sed -n "$1p" rows | grep -q "\"status\":\"$2\".*\"code\":$3"
}

all_but() { # NUMBER: every other row is ok
  [ "$(wc -l <rows)" -eq 20 ] &&
    [ "$(sed "$1d" rows | grep -c '"status":"ok"')" -eq 19 ]
}

all_ok() { [ "$(grep -c '"status":"ok"' rows)" -eq 20 ]; }

in_order() {
  sed 's/^{"id":"\([^"]*\)".*/\1/' rows | sort -c -t / -k 2,2n
}

documents 20 in

plugin sleeps '' 'ctx:sleep(number * 7 % 40)'
run 1 sleeps
ok 'sleepers all end' all_ok
ok 'rows come in order, whoever wakes first' in_order
cp rows rows1
run 0 sleeps
ok 'without workers it is the same' cmp rows rows1
run 2 sleeps
ok 'with two workers it is the same' cmp rows rows1

plugin seldom '' 'if number % 3 == 1 then ctx:sleep(5) end
  if number == 8 then return nil, "no" end'
sed -i 's/"in_flight": 8, //' seldom/plugin.json
run 1 seldom -p ./sleeps
ok 'those that are through at once let in who waits behind them' all_but 8

plugin together '' '
  count = (count or 0) + 1
  ctx:sleep(50)
  if number == 8 and count < 8 then error "alone" end'
run 1 together
ok 'eight documents are in flight at one time' all_ok

plugin overslept '"wall_ms": 300' 'if number == 5 then ctx:sleep(3600000) end'
run 1 overslept
ok 'a sleeper ends with its wall time' row 5 failed '"timeout"'
ok 'and others go on' all_but 5

plugin spins '"cpu_ms": 200' '
  ctx:sleep(20)
  if number == 5 then while true do pcall(function() end) end end
  ctx:sleep(20)'
run 1 spins
ok 'a killed state costs the one that was running' row 5 failed '"timeout"'
ok 'those in flight in it begin again' all_but 5

plugin grows '"memory_mb": 8' '
  ctx:sleep(20)
  if number == 5 then
    local t = {}
    while true do t[#t + 1] = ("x"):rep(1000) .. #t end
  end
  ctx:sleep(20)'
run 1 grows
ok 'memory is laid at the door of the one that asks for more' \
  row 5 failed '"limit"'
ok 'and the others begin again' all_but 5

plugin hangs '"cpu_ms": 0, "wall_ms": 400' '
  ctx:sleep(10)
  if number == 5 then while true do end end
  ctx:sleep(10)'
run 1 hangs
ok 'one that never comes back is killed from outside' row 5 killed '"timeout"'
ok 'and blamed alone' all_but 5
run 2 hangs
ok 'by two workers, too' row 5 killed '"timeout"'

# Kills the worker that runs a plugin: its parent is the supervisor, whose
# number the plugin has told.
plugin waits '"wall_ms": 20000' '
  if number == 6 then ctx.log("waits") end
  ctx:sleep(number == 6 and 700 or 5)'
rm -rf out
"$SHEAF" run --progress none -j 1 -p ./waits -p export.jsonl -o out in \
  2>said &
supervisor=$!
until grep -q waits said; do sleep 0.02; done
pkill -9 -P $supervisor
wait $supervisor || true
sed 's/,"ms":.*//' out/ledger.jsonl >rows
ok 'a worker that is killed while all wait costs nothing' all_ok

plugin catches '' '
  local fine, text = pcall(function()
    ctx:sleep(1)
    error({ "caught" })
  end)
  if fine or text[1] ~= "caught" then error "not caught" end
  for _, wait in ipairs { ctx.sleep } do wait(ctx, 1) end
  fine, text = pcall(coroutine.wrap(function() ctx:sleep(1) end))
  if fine or not text:find "coroutine" then error "waits in a coroutine" end'
run 1 catches
ok 'waiting goes through pcall, and not out of coroutines' all_ok

finish
