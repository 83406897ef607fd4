# Documents that went wrong are done again, into the same folder: as if they had
# gone well at once.
source "$(dirname "$0")/lib.sh"

documents 120 many
documents 30 few

# picky MODE: fails on every seventh document, or never.
picky() {
  plugin test.picky "$NO_LIMITS" "local mode = '$1'
    doc:add('mark', 0, 8, { name = name })
    if mode == 'bad' and tonumber(name:match('%d+')) % 7 == 0 then
      if name:find('4') then doc:emit { name = 'part', text = 'a part' } end
      return nil, 'I do not like it'
    end
    if name:find('4') then doc:emit { name = 'part', text = 'a part' } end"
}
go() { run -p ./test.picky -p export.jsonl -p export.csv "${@:2}" -o "$1"; }
retry() { "$SHEAF" retry --progress none "$@"; }
counts() { "$SHEAF" -e 'local report = sheaf.json.decode(io.open(arg[1]):read "a")
  print(sheaf.json.encode(report.counts), sheaf.json.encode(report.outputs),
    sheaf.json.encode(report.failed_bundles))' "$1/run.json"; }
same() { accounts "$1" && same_run "$1" "$2" && cmp "$1/spans.csv" "$2/spans.csv" &&
  [ "$(counts "$1")" = "$(counts "$2")" ]; }

picky good
go whole -j 2 many few
picky bad
ok "a run with a bad plugin fails on some" exits 1 go bad -j 2 many few
cp -r bad first
cp -r bad still
ok "with the plugin as it is they fail again" exits 1 retry -j 2 still
ok "and nothing else changes" same bad still
picky good
for j in 0 1 3; do
  cp -r bad retried$j
  ok "-j $j: a better plugin does them well" exits 0 retry -j $j retried$j
  ok "-j $j: as if it had at once" same whole retried$j
done
told() { has 'its files were changed' <status.log; }
ok "what has changed is told" told
kept() { "$SHEAF" -e 'local report = sheaf.json.decode(io.open(arg[1]):read "a")
  local entry = report.retries[1]
  assert(#report.retries == 1 and entry.counts.failed == 0 and
    entry.changes[1]:find("test.picky: its files were changed", 1, true))' \
  retried1/run.json; }
ok "and kept in run.json" kept
cp -r bad json
json() {
  exits 0 "$SHEAF" retry --progress json json && tail -1 status.log |
    "$SHEAF" -e 'local last = sheaf.json.decode(io.read())
      assert(last.documents > 150 and last.ok == last.documents)'
}
ok "--progress json: the last line tells what the run is now" json
ok "a run without failures has nothing to do again" exits 0 retry retried1
ok "and stays as it is" same whole retried1
elsewhere() { (cd / && exits 0 retry "$WORK/first") && same whole first; }
ok "from another directory, too" elsewhere

# Some of them.
cp -r bad some
ok "one document by its numbers" exits 1 retry some 1/7
left() { [ "$(grep -c '"status":"failed"' some/ledger.jsonl)" = "$1" ]; }
ok "the others are left" left 20
ok "by its name, which may be there twice" exits 1 retry some --only 0014.txt
ok "both are done" left 18
ok "no killed ones" exits 1 retry some --status killed
ok "are no work" left 18
ok "a document that is not there is named" exits 3 retry some nothing
ok "and a status that there is not" exits 2 retry --status lost some
ok "the rest" exits 0 retry some
ok "comes to the same" same whole some

# Interruptions: the folder holds the old run until the new one is whole.
plugin test.picky "$NO_LIMITS" 'doc:add("mark", 0, 8, { name = name })
  if doc.text:find("WAIT!", 1, true) then print("at", name) while true do end end
  if name:find("4") then doc:emit { name = "part", text = "a part" } end'
hold many/0070.txt
for signal in KILL TERM; do
  cp -r bad stopped$signal
  "$SHEAF" retry --progress none -j 2 stopped$signal 2>log &
  supervisor=$!
  wait_for at.0070.txt log && wait_for_file stopped$signal/.retry/run/.state
  ok "SIG$signal: the lock is respected" exits 4 retry stopped$signal
  kill -$signal $supervisor
  code=0; wait $supervisor 2>/dev/null || code=$?
  cp stopped$signal/documents.jsonl seen && cp stopped$signal/run.json report
  ok "SIG$signal ends a retry" [ $code = "$([ $signal = KILL ] && echo 137 || echo 143)" ]
  ok "SIG$signal: the folder holds the old run" cmp bad/documents.jsonl seen
  ok "SIG$signal: with its report" cmp bad/run.json report
done
release many/0070.txt
picky good
for signal in KILL TERM; do
  ok "SIG$signal: the same command goes on" exits 0 retry -j 1 stopped$signal
  ok "SIG$signal: to the same bytes" same whole stopped$signal
done

# Bundles.
ok "a bundle that is missing costs its documents" exits 1 go absent many away few
mkdir away && cp few/000* away
ok "it is tried again when it is there" exits 0 retry absent
go present -j 2 many away few
ok "and its documents come in their place" same present absent
cp -r bad changed
touch -d 2001-01-01 many
ok "a bundle that has changed is refused" exits 4 retry changed
ok "the folder is left as it was" same bad changed
ok "unless that is accepted" exits 0 retry --accept-changes changed
ok "with the same bytes" same whole changed
cp -r bad moved
mv many/0007.txt many/0007b.txt
ok "a document that is another one is refused" \
  exits 4 retry --accept-changes moved
other() { has '1/7/0007.txt: in its place is 1/7/0007b.txt' <status.log; }
ok "and named" other
ok "the folder still holds the old run" "$SHEAF" status moved
mv many/0007b.txt many/0007.txt

# A stream cannot be read a second time.
picky bad
printf '{"id":"0007","text":"Document 7 of a stream."}\n' |
  run -p ./test.picky -p export.jsonl - -o stream || true
picky good
ok "a stream cannot be done again" exits 2 retry stream
stream() { has 'it was a stream' <status.log; }
ok "and it says so" stream

# What is no complete run.
ok "a folder without a run is none" exits 2 retry few
ok "a missing folder is none" exits 3 retry nowhere
printf 'x' >>moved/spans.csv
ok "an output that was changed is refused" exits 4 retry --accept-changes moved
finish
