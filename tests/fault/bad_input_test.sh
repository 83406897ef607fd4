# Bad input: each has a message that says what, where and what to do; its exit
# status; and the good documents are all there.
source "$(dirname "$0")/lib.sh"

# said STATUS TEXT COMMAND…: exits so and says TEXT on standard error.
said() {
  local wanted=$1 text=$2 got=0
  shift 2
  "$@" >out.log 2>err.log || got=$?
  has "$text" <err.log || return
  [ "$got" = "$wanted" ] && return
  echo "status $got, not $wanted"
  return 1
}

# ends MEMBER STATUS CODE REASON: the member's row in the run `out`.
ends() {
  local found
  found=$(row out "$1") || return
  has "\"status\":\"$2\"" <<<"$found" && has "\"code\":\"$3\"" <<<"$found" &&
    has "$4" <<<"$found"
}

# good COUNT: so many documents of the run `out` are ok, and exported.
good() {
  [ "$(grep -c '"status":"ok"' out/ledger.jsonl)" = "$1" ] &&
    [ "$(wc -l <out/documents.jsonl)" = "$1" ]
}

again() {
  rm -rf out
  "$SHEAF" run --progress none -p export.jsonl "$@" -o out
}

documents 20 good

# --- Bundles ----------------------------------------------------------------

ok "a missing file is named" \
  said 3 'sheaf: nowhere.zip: no such file [cannot-open]' again nowhere.zip
ok "beside a good bundle it costs nothing else" \
  said 1 'nowhere.zip: no such file' again good nowhere.zip
ok "whose documents are all there" good 20

: >empty.zip
ok "an empty file is one empty document" exits 0 again empty.zip
ok "which is ok" good 1

(cd good && zip -qr ../whole.zip .)
head -c $(($(stat -c %s whole.zip) / 2)) whole.zip >cut.zip
ok "a truncated zip is read as far as it goes" exits 1 again cut.zip
cut_well() {
  local whole
  whole=$(grep -c '"status":"ok"' out/ledger.jsonl)
  [ "$whole" -gt 0 ] && [ "$(grep -c '"code":"truncated"' out/ledger.jsonl)" = 1 ] &&
    [ "$(wc -l <out/ledger.jsonl)" = $((whole + 1)) ]
}
ok "with one row for what was cut" cut_well

# The first byte of the data of 0007.txt, behind its local header.
header=$("$SHEAF" ls --json whole.zip | grep -F '"0007.txt"' |
  sed 's/.*"offset":\([0-9]*\).*/\1/')
cp whole.zip flipped.zip
name_end=$((header + 30 + 8))
extra=$(od -An -tu2 -j $((header + 28)) -N 2 whole.zip | tr -d ' ')
printf '\377' | dd of=flipped.zip bs=1 conv=notrunc status=none \
  seek=$((name_end + extra + 3))
ok "a flipped byte" exits 1 again flipped.zip
ok "costs its member only" good 19
flipped() { row out 0007.txt | has "flipped.zip: member '0007.txt' at byte $header: "; }
ok "whose row names file, member and place" flipped

# --- Documents --------------------------------------------------------------

cp -r good texts
printf 'caf\351 du monde\n' >texts/latin1.txt
printf '\377\376h\0i\0' >texts/utf16.txt
: >texts/nothing.txt
printf 'a\0b\377' >texts/binary.dat
printf 'x%.0s' $(seq 5000) >texts/long.txt
ok "documents of all kinds" exits 1 again --max-document 4K texts
ok "are read where they can be" good 23
exported() {
  grep -F "\"member\":\"$1\"" out/documents.jsonl | has "$2"
}
ok "Latin-1 becomes UTF-8" exported latin1.txt '"text":"café du monde\n"'
ok "and its charset is told" exported latin1.txt '"charset":"windows-1252"'
ok "UTF-16 becomes UTF-8" exported utf16.txt '"text":"hi"'
ok "a document of 0 bytes is one" exported nothing.txt '"text":""'
ok "one over --max-document fails, with both sizes" \
  ends long.txt failed too-large '5000 bytes, more than the limit of 4096'
ok "one that is no text fails, with the place" \
  ends binary.dat failed not-text 'NUL byte (at byte 1)'

# --- Plugins and their options ----------------------------------------------

step() { rm -rf out && "$SHEAF" run --progress none "$@" good -o out; }
ok "an unknown plugin suggests a near name" \
  said 5 "export.json: there is no plugin of this name (did you mean 'export.jsonl'?)" \
  step -p export.json
ok "an unknown option suggests a near name" \
  said 2 "export.jsonl: there is no option 'offset' (did you mean 'offsets'?)" \
  step -p export.jsonl:offset=bytes
ok "a value that an option cannot have shows those that it can" \
  said 2 'expected one of ["bytes","codepoints"]' \
  step -p export.jsonl:offsets=lines
ok "a value of another type is shown, with the type expected" \
  said 2 "option 'sentences' is \"many\", expected int" \
  step -p summarize.extractive:sentences=many
ok "an option that is no key=value says how they are written" \
  said 2 'an option is not key=value' step -p export.jsonl:bytes
plugin test.one "$NO_LIMITS" ''
sed -i 's/"writes"/"wites"/' test.one/plugin.json
ok "a manifest with an unknown key is refused, with the file and the key" \
  said 5 "test.one/plugin.json: unknown key 'wites' (did you mean 'writes'?)" \
  step -p ./test.one
echo '{ "name": ' >test.one/plugin.json
ok "a manifest that is no JSON is refused, with line and column" \
  said 5 'plugin.json: line 2, column 1' step -p ./test.one
ok "none of these makes a folder" [ ! -e out ]
export SHEAF_PLUGIN_PATH=$PWD/found
mkdir -p found/reader/plugin.json
ok "a plugin on the path that cannot be read stops no run, but is named" \
  said 0 "found/reader/plugin.json: cannot be read: Is a directory (a plugin that \
may be a reader is left out)" step -p export.jsonl
rmdir found/reader/plugin.json
echo '{ "stage": "read" }' >found/reader/plugin.json
ok "so is a reader that is broken" \
  said 0 "reader/plugin.json: 'name' is missing" step -p export.jsonl
echo '{ "stage": "extract" }' >found/reader/plugin.json
step -p export.jsonl 2>err.log
ok "what is no reader is not missed" [ ! -s err.log ]
unset SHEAF_PLUGIN_PATH
rm -rf out

# --- Outputs ----------------------------------------------------------------

mkdir full
touch full/letter.txt
ok "a folder that is no run is left alone" \
  said 4 'full: the folder is not empty and holds no run (choose another folder)' \
  run -p export.jsonl good -o full
ok "a folder that cannot be made is named" \
  said 4 '/proc/out: the folder cannot be made' \
  run -p export.jsonl good -o /proc/out
ok "a full standard output is an error" \
  said 4 'standard output: cannot be written' \
  bash -c '"$0" ls good >/dev/full' "$SHEAF"
closed() { "$SHEAF" cat whole.zip 1 >&- 2>err.log; }
ok "so is a closed one" exits 4 closed
documents 3000 many
gone() {
  local statuses
  set +o pipefail
  "$SHEAF" cat many 2>err.log | head -c 1 >/dev/null
  statuses="${PIPESTATUS[*]}"
  [ "$statuses" = "141 0" ] && [ ! -s err.log ]
}
ok "a reader that goes ends it in silence" gone

finish
