# The same bytes and rows with any number of workers, whatever is resumed and
# however it is divided: with documents of every fate, child documents, bundles
# inside of bundles, and only some of the documents.
source "$(dirname "$0")/lib.sh"

bundles_of 45
fates 0
steps=(-p ./test.fates -p extract.dates -p export.jsonl -p export.csv)

# go FOLDER OPTION…: fails with more than failed documents.
go() {
  local code=0
  run "${options[@]}" "${steps[@]}" "${@:2}" many many.zip -o "$1" \
    2>/dev/null || code=$?
  [ $code -le 1 ] || echo "status $code"
  [ $code -le 1 ]
}

same() {
  local file
  same_run "$1" "$2" || return
  for file in "$1"/*.csv; do
    cmp "$file" "$2/$(basename "$file")" || return
  done
}

both() { go "$@" && same whole "$1"; }

# A run that is stopped by each of its failed documents and goes on.
stumble() {
  local most code
  for ((most = 1; ; most++)); do
    code=$(status run "${options[@]}" "${steps[@]}" -j "$1" --max-errors $most \
      --resume many many.zip -o stumbled)
    [ "$code" = 6 ] || break
  done
  echo "status $code at $most"
  [ "$code" = 1 ] && [ $most -gt "$2" ] && same whole stumbled
}

# divide COUNT: in so many shards, put together.
divide() {
  local i parts=()
  for ((i = $1; i >= 1; i--)); do
    parts+=("part$i")
    go "part$i" -j "$i" --shard "$i/$1" || return
  done
  "$SHEAF" merge -o merged "${parts[@]}" && accounts merged && same whole merged
}

try() { # NAME FAILURES WORKERS OPTION…
  options=("${@:4}")
  rm -rf whole j* stumbled part* merged
  ok "$1" go whole -j 0
  for j in $3; do ok "$1, -j $j" both j$j -j $j; done
  ok "$1, resumed after each failure" stumble 2 "$2"
  ok "$1, in three shards" divide 3
}

try "everything" 5 "1 2 8 64" --nested 1
every_fate() {
  local fate
  for fate in ok skipped failed; do
    grep -q "\"$fate\": [1-9]" whole/run.json || return
  done
}
ok "there are documents of every fate" every_fate
try "some of it" 3 "1 8" --nested 1 --filter '!*9.txt' --sample 60%
try "the first ones" 3 "1 8" --limit 50
finish
