# What is kept of a stream from one run to the next: its index and its plan.
source "$(dirname "$0")/lib.sh"
export XDG_CACHE_HOME=$WORK/cache

plugin extract.picky '{}' \
  'if name == "1500" then error "not this one" end'
run() {
  "$SHEAF" run --progress none -j 2 -p ./extract.picky -p export.jsonl \
    lines.jsonl.gz "$@"
}

# kept ENDING: the one file that is kept of that kind.
kept() { echo "$XDG_CACHE_HOME"/sheaf/*"$1"; }

# seal FILE: gives what is to be taken for a plan its digest.
seal() { sha256sum <"$1" | head -c 64 >>"$1"; }

# Text that no compression makes small.
head -c 6000000 /dev/urandom | base64 -w 4000 | head -n 2000 | awk '
  { printf "{\"id\":\"%04d\",\"text\":\"%s\"}\n", NR, $0 }' |
  gzip -1n >lines.jsonl.gz

ok "a document of a large stream fails" exits 1 run -o one
ok "the stream's index is kept" [ -s "$(kept .gzip-index)" ]
ok "and its plan" [ -s "$(kept .plan)" ]
cp "$(kept .plan)" whole.plan

ok "a second run ends alike" exits 1 run -o two
ok "with the same documents" cmp one/documents.jsonl two/documents.jsonl

# The first block and the plan's digest.
{ head -c 32 whole.plan; tail -c 128 whole.plan | head -c 64; } >short.plan
seal short.plan
cp short.plan "$(kept .plan)"
ok "what is kept is what is done" exits 0 run -o short
ok "eight documents here" [ "$(wc -l <short/ledger.jsonl)" = 8 ]

ok "with a filter another plan is made" exits 0 run --filter '00*' -o filter
ok "of what it lets through" [ "$(wc -l <filter/ledger.jsonl)" = 99 ]

head -c 4000 whole.plan >"$(kept .plan)"
ok "a plan that is damaged is made again" exits 1 run -o damaged
ok "with the same documents" cmp one/documents.jsonl damaged/documents.jsonl
ok "and kept" cmp whole.plan "$(kept .plan)"

ok "a run that was stopped" exits 6 run --max-errors 1 -o stopped
ok "goes on by the plan that is kept" exits 1 run --resume -o stopped
ok "with the same documents" cmp one/documents.jsonl stopped/documents.jsonl

cp short.plan "$(kept .plan)"
touch lines.jsonl.gz
ok "for a file that has changed the plan counts for nothing" \
  exits 1 run -o touched
ok "with the same documents" cmp one/documents.jsonl touched/documents.jsonl

finish
