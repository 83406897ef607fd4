#!/usr/bin/env bash
# Runs plugins that attack their host, each on three documents, of which it
# attacks the second: that one ends in the row that the attack's first line
# names, the others are whole.
#
# usage: tests/fault/sandbox_test.sh SHEAF
#
# An attack is a file attacks/NAME.lua: the body of `process`, whose first line
# is a comment with the status and the code that are due.
set -u
sheaf=$(realpath "$1")
attacks=$(realpath "$(dirname "$0")/attacks")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

mkdir in
for i in 1 2 3; do echo "Some text, number $i." >in/$i.txt; done

make_plugin() { # NAME
  local cpu_ms=0
  # Only what runs for ever has a race against time, which it cannot win.
  head -n 1 "$attacks/$1.lua" | grep -q timeout && cpu_ms=100
  mkdir -p "$1"
  cat >"$1/plugin.json" <<JSON
{ "name": "$1", "version": "1.0.0", "api": 1, "stage": "extract",
  "language": "lua", "main": "main.lua", "summary": "Attacks.",
  "limits": { "memory_mb": 32, "cpu_ms": $cpu_ms, "wall_ms": 20000 } }
JSON
  {
    echo 'local plugin = {}'
    echo 'function plugin.process(doc, ctx)'
    echo '  if doc.member ~= "2.txt" then return end'
    cat "$attacks/$1.lua"
    echo 'end'
    echo 'return plugin'
  } >"$1/main.lua"
}

field() { # FILE LINE NAME
  sed -n "$2p" "$1" | sed "s/.*\"$3\":\(\"[^\"]*\"\|null\).*/\1/" | tr -d '"'
}

failed=0
check() { # NAME
  local expected found
  expected=$(head -n 1 "$attacks/$1.lua" | sed 's/^-- //')
  timeout 60 "$sheaf" run --progress none -j 1 -p "./$1" -p export.jsonl in \
    -o "out-$1" >"$1.log" 2>&1
  local ledger="out-$1/ledger.jsonl"
  found="$(field "$ledger" 2 status) $(field "$ledger" 2 code)"
  found="$found, others $(field "$ledger" 1 status) $(field "$ledger" 3 status)"
  if [ "$found" = "$expected, others ok ok" ]; then
    echo "ok - sandbox: $1 ends as $expected"
  else
    echo "not ok - sandbox: $1 is $found, expected $expected"
    head -n 20 "$1.log"
    failed=$((failed + 1))
  fi
}

count=0
for file in "$attacks"/*.lua; do
  name=$(basename "$file" .lua)
  make_plugin "$name"
  check "$name"
  count=$((count + 1))
done
echo "1..$count"
[ "$count" -gt 0 ] && [ "$failed" -eq 0 ]
