# Limits, whoever sets them: plugin.json, the pipeline or the command line. The
# row names the limit and how to raise it.
source "$(dirname "$0")/lib.sh"

documents 3 some

plugin spans "$NO_LIMITS" 'if name == "0002.txt" then
    for _ = 1, 100 do pcall(doc.add, doc, "mark", 0, 8) end
  end'

# ends STATUS REASON OPTION…: so does the second document, the others are ok.
ends() {
  rm -rf out
  run -j 1 "${@:3}" some -o out || [ $? -eq 1 ] || return
  row out 0002.txt | has "\"status\":\"$1\",\"reason\":$2" &&
    row out 0001.txt | has '"ok"' && row out 0003.txt | has '"ok"'
}

ok "a hundred spans are not too many" ends ok null -p ./spans
ok "unless the command line says so, even where the error is caught" \
  ends failed '"reached its limit of 50 spans"' -p ./spans \
  --limits spans:spans=50
ok "for all plugins, too" \
  ends failed '"reached its limit of 99 spans"' -p ./spans --limits spans=99
ok "a hundred are what a hundred allow" \
  ends ok null -p ./spans --limits spans=100
ok "the last word counts" \
  ends ok null -p ./spans --limits spans=10 --limits cpu_ms=900,spans=200

cat >pipeline.lua <<'LUA'
return { steps = { { "./spans", limits = { spans = 20 } } } }
LUA
ok "so may the pipeline" \
  ends failed '"reached its limit of 20 spans"' --pipeline pipeline.lua
ok "over which the command line wins" \
  ends ok null --pipeline pipeline.lua --limits spans=0

truncate -s 20M spans/model.bin
ok "a plugin may have large files" ends ok null -p ./spans
rm spans/model.bin

plugin memory "$NO_LIMITS" 'if name == "0002.txt" then
    local kept = {}
    for i = 1, 40 do kept[i] = ("x"):rep(1 << 20) .. i end
  end'
ok "memory that is enough" ends ok null -p ./memory
ok "and memory that is not" \
  ends failed '"reached its memory limit of 20 MB"' -p ./memory \
  --limits memory_mb=20

plugin spins "$NO_LIMITS" 'while name == "0002.txt" do end'
ok "CPU time" \
  ends failed '"reached its limit of 100 ms of CPU time"' -p ./spins \
  --limits cpu_ms=100
ok "wall time" \
  ends killed '"spins did not return within 300 ms"' -p ./spins \
  --limits wall_ms=300

mkdir export
cat >export/plugin.json <<'JSON'
{ "name": "export", "version": "1.0.0", "api": 1, "stage": "export",
  "language": "lua", "main": "main.lua", "summary": "Writes two megabytes.",
  "outputs": [{ "name": "a.txt" }, { "name": "b.txt" }] }
JSON
cat >export/main.lua <<'LUA'
return { encode = function(doc)
  local much = doc.member == "0002.txt" and 1 << 20 or 10
  return { ["a.txt"] = ("a"):rep(much), ["b.txt"] = ("b"):rep(much) }
end }
LUA
ok "what a document exports, in all its files" \
  ends failed '"reached its limit of 1 MB of records a document"' -p ./export \
  --limits output_mb=1
ok "none of it is left" bash -c '[ "$(cat out/a.txt out/b.txt | wc -c)" = 40 ]'
ok "unless there is room" ends ok null -p ./export --limits output_mb=2

# says TEXT OPTION…: the run does not start and says so.
says() {
  exits 2 run -p ./spans "${@:2}" some -o out-none && has "$1" <status.log
}
ok "an unknown limit suggests a near one" \
  says "no limit 'span' (did you mean 'spans'?)" --limits span=1
ok "what is no number is named" \
  says "'spans=many' is no limit" --limits spans=many
ok "so is a number too large" \
  says "limit 'output_mb' is 513, expected 0 (none) to 512" \
  --limits output_mb=513
ok "a limit for another plugin is a slip" \
  says "'other:spans=1' is for no plugin of the pipeline" \
  --limits other:spans=1

# A bundle in a bundle.
mkdir nested
seq 10002 | sed 's/.*/{"id":"&","text":"Document &."}/' >many.jsonl
"$SHEAF" pack --level 0 -o nested/many.zip many.jsonl
crowd() {
  run -j 1 --nested 1 -p export.jsonl nested -o crowd || [ $? -eq 1 ] || return
  [ "$(wc -l <crowd/documents.jsonl)" = 10000 ] &&
    row crowd 10001 | has 'there are more than 10000 members' && ! row crowd 10002
}
ok "a bundle in a bundle of more than 10000 members ends there" crowd
ok "alone it is read to its end" run -j 1 -p export.jsonl nested/many.zip -o all
all() { [ "$(wc -l <all/documents.jsonl)" = 10002 ]; }
ok "with all of them" all
finish
