# Bundles that mean harm: each costs little, has the rows that it should, and
# nothing is written but into the output folder.
HERE=$(cd "$(dirname "$0")" && pwd)
source "$HERE/lib.sh"

mkdir harm
: >started
cd harm
python3 "$HERE/malice/make.py"
cp "$HERE"/../fixtures/archives/*.{Z,xar} .
here() { ls -lA --time-style=full-iso --ignore='check.log'; }
before=$(here)

# What is held in memory is judged where no sanitizer has it grow, and CPU time
# ends what would take for ever.
memory=128
if nm -D "$SHEAF" | grep -qE '__(asan|tsan|ubsan)'; then memory=100000; fi

# run_harm FILE STATUS [OPTION…]: ends so.
run_harm() {
  local ended=0
  rm -rf ../out
  (
    ulimit -t 60
    exec python3 "$HERE/measured.py" "$memory" "$SHEAF" run --progress none \
      -j 2 --require-sandbox -p export.jsonl "$1" -o ../out "${@:3}"
  ) >../cost 2>../err || ended=$?
  [ $ended = "$2" ] && return
  echo "status $ended, not $2"
  cat ../cost ../err
  return 1
}

# tally: "2 ok, 1 failed damaged": the rows by status and code.
tally() {
  sed -E 's/.*"status":"([a-z]*)"(.*"code":"([a-z-]*)")?.*/\1 \3/' \
    ../out/ledger.jsonl | sort | uniq -c | sort -k1,1nr -k2r |
    sed -E 's/^ *//; s/ *$//' | paste -sd, | sed 's/,/, /g'
}

is_tally() {
  [ "$(tally)" = "$1" ] && return
  echo "got: $(tally)"
  return 1
}

# harm FILE STATUS TALLY DESCRIPTION [OPTION…]
harm() {
  ok "$4" run_harm "$1" "$2" "${@:5}"
  echo "# $1: $(tail -1 ../cost)"
  ok "$1: $3" is_tally "$3"
}

# says TEXT: a row of the last run does.
says() { ok "and says: $1" grep -qF -- "$1" ../out/ledger.jsonl; }

# flagged COUNT FILE: so many of its names would be unsafe to unpack.
flagged() {
  ok "$2: $1 names are flagged" \
    [ "$("$SHEAF" ls "$2" | grep -c -- '- u ')" = "$1" ]
}

# Names.
harm slip.zip 0 '6 ok' 'names that lead outside are names, no paths'
flagged 5 slip.zip
harm slip.tar 0 '4 ok' 'in a tar as well'
flagged 2 slip.tar
harm control.zip 0 '9 ok' 'NUL, escapes and line ends in names are harmless'
flagged 7 control.zip
ok 'and never reach a terminal' bash -c \
  '! LC_ALL=C "$0" ls control.zip | LC_ALL=C grep -q "[[:cntrl:]]"' "$SHEAF"
harm duplicates.zip 0 '3 ok' 'members of one name are members of their own'
harm mismatch.zip 1 '1 partial damaged, 1 ok' \
  'a member with two names is in doubt'
says "another name than the directory: 'hidden.exe'"

# Sizes and counts.
harm few.zip 0 '2 ok' 'a count that is too small hides nothing'
harm many.zip 0 '2 ok' 'one that is too large makes nothing up'
harm size.zip 1 '1 ok, 1 failed too-large' 'a size that is a lie'
harm zip64-extra.zip 1 '1 ok, 1 failed too-large' 'a size of 2^62'
harm zip64-locator.zip 0 '1 ok' 'a directory that is said to be nowhere'
harm zip64-count.zip 0 '1 ok' '2^63 entries'
harm dictionary.zip 0 '2 ok' 'a dictionary of 4 GiB for five bytes'
harm pax-larger.tar 1 '1 ok, 1 failed truncated' \
  'a pax size that is larger than the file'
harm pax-smaller.tar 0 '3 ok' 'a pax size that is not the header'"'"'s'
for i in 0 1 2 3 5 6 9; do
  harm pax-$i.tar 1 '2 ok, 1 failed damaged' \
    "malformed pax records ($i) cost their member"
done
harm pax-4.tar 0 '3 ok' 'a pax record without a name means nothing'
harm pax-7.tar 1 '2 ok, 2 failed damaged' 'a pax size below zero'
harm pax-8.tar 0 '3 ok' 'a pax name that leads outside'
flagged 1 pax-8.tar
harm negative.tar 1 '2 ok, 1 failed damaged' 'a size below zero'
harm links.tar 0 '5 skipped, 3 ok' 'links and devices are not followed'
ok 'nor is the file that they lead to read' bash -c '! grep -q root: ../out/*'
harm int64.warc 1 '2 ok, 1 failed damaged' 'a length of 2^63 - 1'

# Bombs.
harm overlap.zip 1 '4999 failed damaged, 1 ok' \
  '5,000 names for one member are one document'
harm quoted.zip 1 '168 failed damaged, 81 failed too-large, 1 ok' \
  'members that quote each other are one document'
harm nested.zip 1 '4 ok, 3 skipped, 1 failed limit' \
  '40 bundles within each other are opened three deep' --nested 3
says 'where --nested opens no more'
harm quine.zip 1 '3 skipped, 1 failed limit' 'a zip that has itself in it ends all the same' \
  --nested 3
says 'where --nested opens no more'
ok 'it is what it has in it' bash -c \
  '"$0" cat quine.zip a-zip-that-has-itself-in-it.zip | cmp - quine.zip' "$SHEAF"
harm zeros.gz 1 '1 failed too-large' 'what grows a thousand times is cut'
says 'times its size'
harm members.gz 1 '1 failed too-large' 'what looks like a million gzip members'
harm three.gz 1 '1 failed too-large' 'three layers that grow eight times each'
ok 'five layers of gzip are refused' run_harm layers.gz 3
harm bomb.docx 1 '1 failed too-large' 'a document of 300 MB in one of 300 KB'
cat line.jsonl >/dev/null # What the disk takes does not count.
harm line.jsonl 1 '1 ok, 1 failed too-large' 'a line of 2 GiB'
harm field.jsonl 1 '1 partial limit, 1 ok' 'a field of 256 MiB that is not the text'
says 'which is not its text, is left out'
harm lengths.warc 1 '39999 failed damaged, 1 failed truncated' 'thousands of records with wrong lengths'

# What libarchive does not come to an end with, or only with all memory.
harm xar_doublelink.xar 1 '1 failed timeout' 'a xar whose links go round in circles'
ok 'an iso whose records go on in each other' run_harm iso_rockridge_ce_loop.iso.Z 1
ok 'and is given up' [ "$(wc -l <../out/ledger.jsonl)" = 1 ]

# A million levels.
harm deep.jsonl 1 '1 ok, 1 failed syntax' 'a million brackets'
harm deep.html 1 '1 partial limit' 'a million elements of HTML'
harm slash.html 1 '1 partial limit' 'a million of them that a slash does not end'
harm many.html 1 '1 partial limit' 'an element with 400,000 attributes'
harm flat.html 1 '1 partial limit' 'a million elements beside each other'
says 'reached its limit of 96 MB of memory'
ok 'and has its text' grep -q '"text":"w w w w' ../out/documents.jsonl
harm open.html 1 '1 partial limit' 'items of lists that never end, in elements that do not'
harm fonts.html 1 '1 partial limit' '20,000 different fonts that are never ended'
harm lists.html 0 '1 ok' 'links that are not ended, in lists within lists'
harm deep.xml 1 '1 failed limit' 'a million elements of XML'
harm laughs.xml 1 '1 failed syntax' 'ten to the 29 laughs'

ok 'nothing was written beside the output folder' \
  [ "$(here)" = "$before" ]
ok 'nor where the names lead' \
  [ "$(find .. ../.. /tmp -maxdepth 1 -name '*evil*' -newer ../started)" = '' ]

finish
