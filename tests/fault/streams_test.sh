# Compressed streams and jsonl, damaged: what is lost and what is whole.
source "$(dirname "$0")/lib.sh"

run() { "$SHEAF" run --progress none -p export.jsonl "$@"; }

# lines COUNT: so many documents, all of them different.
lines() {
  local i
  for ((i = 1; i <= $1; i++)); do
    printf '{"id":"%04d","text":"Document %d: %s."}\n' "$i" "$i" \
      "$(seq -s ' ' $((i * 7)) $((i * 7 + 60)))"
  done
}

# flip FILE OFFSET: turns a byte there into another one.
flip() {
  local byte
  byte=$(od -An -tu1 -j "$2" -N1 "$1")
  printf "\\$(printf '%03o' $((byte ^ 85)))" |
    dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# counts FOLDER: "ok OTHER": rows that are ok, and others.
counts() {
  local ok all
  ok=$(grep -c '"status":"ok"' "$1/ledger.jsonl" || true)
  all=$(wc -l <"$1/ledger.jsonl")
  echo "$ok $((all - ok))"
}

# none_wrong FOLDER: every document that is ok is what it was.
none_wrong() {
  grep '"status":"ok"' "$1/ledger.jsonl" | sed 's/.*"member":"\([^"]*\)".*/\1/' |
    while read -r id; do
      local text
      text=$(sed -n "s/^{\"id\":\"$id\",\"text\":\"\(.*\)\"}$/\1/p" lines.jsonl)
      grep -qF "\"text\":\"$text\"" "$1/documents.jsonl" || echo "$id"
    done | (! grep .)
}

lines 200 >lines.jsonl
run lines.jsonl -o plain || true
ok "200 lines are 200 documents" [ "$(counts plain)" = "200 0" ]

# A line of which no more than a part is held while its end is looked for.
{ printf '{"text":"'; seq -s ' ' 1000000; } | tr '\n' '"' >long.jsonl
printf '}\n{"text":"small"}\n' >>long.jsonl
gzip -nk long.jsonl
run long.jsonl long.jsonl.gz -o long || true
ok "a line of seven megabytes is a document, in gzip as well" \
  [ "$(counts long)" = "4 0" ]
ok "of which nothing is missing" \
  [ "$(grep -c '999999 1000000"' long/documents.jsonl)" = 2 ]

# A gzip member for each document.
while IFS= read -r line; do printf '%s\n' "$line" | gzip -n; done \
  <lines.jsonl >members.jsonl.gz
run -j 2 members.jsonl.gz -o members || true
same() { cmp <(sed 's/members.jsonl.gz/lines.jsonl/g' members/documents.jsonl) \
  plain/documents.jsonl; }
ok "a member for each gives the same documents" same
size=$(stat -c %s members.jsonl.gz)
for part in 3 5 7; do
  cp members.jsonl.gz flipped.jsonl.gz
  flip flipped.jsonl.gz $((size * part / 9))
  rm -rf flipped
  ok "a byte that is flipped ($part) ends with 1" \
    exits 1 run -j 2 flipped.jsonl.gz -o flipped
  ok "and costs one document" [ "$(counts flipped)" = "199 1" ]
  ok "none of the others is wrong" none_wrong flipped
done

# One stream.
gzip -nk lines.jsonl
run -j 2 lines.jsonl.gz -o single || true
ok "one stream gives the same documents" [ "$(counts single)" = "200 0" ]
size=$(stat -c %s lines.jsonl.gz)
cp lines.jsonl.gz stream.jsonl.gz
flip stream.jsonl.gz $((size / 2))
ok "in one stream nothing vouches for anything" \
  exits 1 run -j 2 stream.jsonl.gz -o stream
ok "so that nothing is ok" bash -c '! grep "\"status\":\"ok\"" stream/ledger.jsonl'
ok "but what could be read is there" grep -q '"id":"1/20/0020"' \
  stream/documents.jsonl
head -c $((size / 2)) lines.jsonl.gz >cut.jsonl.gz
ok "of a stream that is cut the beginning is there" \
  exits 1 run cut.jsonl.gz -o cut
ok "its rows say where it is cut" bash -c \
  'row() { grep "/0020\"" cut/ledger.jsonl; }
   row | grep -q partial && row | grep -q "cut off at the end of the file"'

# A tar, in which a header is damaged.
mkdir tree
i=0
while IFS= read -r line; do
  i=$((i + 1))
  printf '%s\n' "$line" >"tree/$(printf '%04d' $i)"
done <lines.jsonl
tar -cf tree.tar tree
run -j 2 tree.tar -o tree.out || true
ok "200 files in a tar are 200 documents" [ "$(counts tree.out)" = "200 0" ]
header=$(grep -abo 'tree/0100' tree.tar | head -1 | cut -d: -f1)
flip tree.tar $((header + 3))
ok "a damaged header ends with 1" exits 1 run -j 2 tree.tar -o tree.bad
ok "and costs one document" [ "$(counts tree.bad)" = "199 1" ]
ok "of which is said what was skipped" bash -c \
  'grep -v "\"status\":\"ok\"" tree.bad/ledger.jsonl | grep -q "at byte"'

# An archive of the web, of which one record lies about its length.
while IFS= read -r line; do
  i=${line:7:4}
  printf 'WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: urn:%s\r\n' "$i"
  printf 'Content-Length: %d\r\n\r\n%s\r\n\r\n' "${#line}" "$line"
done <lines.jsonl >web.warc
run -j 2 web.warc -o web.out || true
ok "200 records are 200 documents" [ "$(counts web.out)" = "200 0" ]
for lie in 3 99999 9223372036854775807; do
  sed "/urn:0100/{n;s/: [0-9]*/: $lie/}" web.warc >lie.warc
  rm -rf lie.out
  ok "a length of $lie ends with 1" exits 1 run -j 2 lie.warc -o lie.out
  ok "and costs one document" [ "$(counts lie.out)" = "199 1" ]
done

finish
