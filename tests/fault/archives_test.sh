# Streams and archives that libarchive reads: the same documents, and what is
# damaged is said.
HERE=$(realpath "$(dirname "$0")")
source "$HERE/lib.sh"

documents 60 docs
tar cf docs.tar docs
run -p export.jsonl docs.tar -o plain
# The same documents, whatever the bundle is called and in which order.
texts() {
  sed 's/^{"id":"[^"]*","bundle":"[^"]*","member":"[^"]*"//' \
    "$1/documents.jsonl" | sort
}
same_texts() { cmp <(texts plain) <(texts "$1"); }

for packer in zstd xz bzip2 lz4; do
  "$packer" -c docs.tar >"docs.tar.$packer"
  ok "$packer: is unpacked" run -j 2 -p export.jsonl "docs.tar.$packer" -o "$packer"
  ok "$packer: the same documents" same_texts "$packer"
done
xz -c --format=lzma docs.tar >docs.tar.lzma
lz4 -lq docs.tar docs.tar.lz4-old
(printf 'P*M\030\4\0\0\0skip'; zstd -c docs.tar) >docs.tar.skip
for packed in lzma lz4-old skip; do
  ok "$packed: is unpacked" run -p export.jsonl "docs.tar.$packed" -o "$packed"
  ok "$packed: the same documents" same_texts "$packed"
done
format() { "$SHEAF" -e 'print(sheaf.open("docs.tar.zstd"):format())'; }
ok "the format tells it" [ "$(format)" = "tar+zstd" ]
xz -c docs.tar.zstd >docs.tar.zstd.xz
ok "one within another" run -p export.jsonl docs.tar.zstd.xz -o twice
ok "has the same documents" same_texts twice
printf 'begin 644 x.txt\n$86)C"@``\n`\nend\n' >mail.txt
zstd -q mail.txt
ok "a text that looks like a packed file stays as it is" \
  cmp mail.txt <("$SHEAF" cat mail.txt.zst)
(cd docs && zip -q ../docs.zip -- *)
zstd -q docs.zip
ok "a zip within a stream is sought in" run -j 2 -p export.jsonl docs.zip.zst -o zip
ok "and has the same documents" same_texts zip

for kind in 7zip cpio newc iso9660 xar; do
  bsdtar --format "$kind" -cf "docs.$kind" docs
  ok "$kind: is read" run -j 2 -p export.jsonl "docs.$kind" -o "$kind"
  ok "$kind: the same documents" same_texts "$kind"
done
name=$(printf '\346\274\242\345\255\227.txt')
echo text >"$name"
LC_ALL=C.UTF-8 bsdtar --format 7zip -cf names.7z "$name"
ok 'names are UTF-8, whatever the locale' \
  has "$name" < <(LC_ALL=C "$SHEAF" ls names.7z)
one() { [ "$("$SHEAF" cat docs.7zip docs/0007.txt)" = "$(cat docs/0007.txt)" ]; }
ok "cat finds a member" one

# Damage: nothing that follows it is whole.
for i in $(seq 20000); do
  printf '{"id":"%05d","text":"%s %s"}\n' "$i" "$i" $((i * 7919 % 10007))
done >lines.jsonl
zstd -q lines.jsonl
size=$(stat -c %s lines.jsonl.zst)
head -c $((size * 3 / 4)) lines.jsonl.zst >cut.jsonl.zst
ok "a stream that is cut ends with 1" \
  exits 1 run -j 2 -p export.jsonl cut.jsonl.zst -o cut
count() { grep -c "\"status\":\"$1\"" cut/ledger.jsonl || true; }
ok "none of its documents is said to be whole" [ "$(count ok)" = 0 ]
ok "what could be read is there" [ "$(count partial)" -gt 1000 ]
ok "and one row tells the loss" [ "$(count failed)" = 1 ]
ok "with a reason" grep -q '"failed","reason":"cut.jsonl.zst: .*[Tt]runcated' cut/ledger.jsonl

# Malice.
head -c 40000000 /dev/zero | zstd -q -19 >zeros.zst
ok "a stream that grows too much is cut" \
  exits 1 run -p export.jsonl zeros.zst -o zeros
ok "with the limit's name" has 'times its size' <zeros/ledger.jsonl
total() { exits 1 run --max-total 1000 -p export.jsonl docs.tar.xz -o total; }
ok "so is one that is larger than was asked for" total
ok "with that limit's name" has 'limit of 1000 bytes' <total/ledger.jsonl
bsdtar --format 7zip -cf evil.7z -s ',^docs/,../../,' docs/0001.txt
ok "names that lead outside are flagged" has 'u ../../0001.txt' < <("$SHEAF" ls evil.7z)

# libarchive may crash on these, or go on for ever: neither is Sheaf's end.
ended() {
  local ended=0
  timeout 60 "$@" || ended=$?
  [ $ended -le 1 ]
}
fixtures=$HERE/../fixtures/archives
for file in "$fixtures"/*.{Z,xar,cab}; do
  name=$(basename "$file")
  ok "$name: verify ends" ended "$SHEAF" verify "$file"
  ok "$name: ls ends" ended "$SHEAF" ls "$file"
  ok "$name: a run ends" \
    ended "$SHEAF" run -j 1 -p export.jsonl "$file" -o "$name"
  ok "$name: and has rows" [ -s "$name/ledger.jsonl" ]
done
ok "what never ends is given up" \
  has 'which reads it, got nowhere for too long' <xar_doublelink.xar/ledger.jsonl
ok "so is what takes ever more memory" \
  grep -qE '"code":"(limit|timeout)"' iso_rockridge_ce_loop.iso.Z/ledger.jsonl
ok "zip: PPMd is unpacked" "$SHEAF" verify "$fixtures/ppmd.zip"
ok "zip: in a worker, too" run -j 1 -p export.jsonl "$fixtures/ppmd.zip" -o ppmd
deflate64=$fixtures/deflate64.zip
ok "zip: Deflate64 is not" exits 1 "$SHEAF" verify "$deflate64"
ok "zip: and that is said" has 'method 9, Deflate64,' < <("$SHEAF" verify "$deflate64")

# What Python reads of the same archives.
mkdir made names
printf 'x' >"names/$(printf 'n%.0s' {1..180}).txt"
printf 'y' >'names/sp ace.txt'
ln names/*nnn.txt names/hard.txt
ln -s hard.txt names/soft.txt
truncate -s 100000 names/holes.bin
printf 'end' >>names/holes.bin
for format in v7 oldgnu gnu ustar posix; do
  tar --format "$format" -cf "made/$format.tar" docs names 2>/dev/null || true
done
tar --format posix --sparse -cf made/sparse.tar names
tar --format gnu --sparse -czf made/gnu-sparse.tar.gz names
zip -qr made/deflated.zip docs names
zip -qr0 made/stored.zip docs names
(seq 5000; cat made/stored.zip) >made/prefixed.zip
zip -q - docs/0001.txt | cat >made/streamed.zip
echo piped | zip -q made/piped.zip -
PYTHONPATH=$HERE/malice python3 - <<'PYTHON'
import lzma, make, subprocess, zipfile, zlib
text = b"The same text, again and again. " * 1000
for name, method in ("bzip2", zipfile.ZIP_BZIP2), ("lzma", zipfile.ZIP_LZMA):
    with zipfile.ZipFile(f"made/{name}.zip", "w", method) as file:
        file.writestr("text.txt", text)
        file.writestr("empty.txt", b"")
# Python does not know these two.
zstd = subprocess.run(["zstd", "-q"], input=text, capture_output=True).stdout
for name, method, data in ("xz", 95, lzma.compress(text)), ("zstd", 93, zstd):
    crc = zlib.crc32(text)
    head = make.local(b"text.txt", b"", len(text), method, crc, len(data))
    make.write(f"{name}.zip", make.archive([(head + data, lambda at: make.central(
        b"text.txt", at, crc, len(data), len(text), method))]))
PYTHON
for method in xz zstd; do
  ok "zip: $method: is unpacked" \
    [ "$("$SHEAF" cat $method.zip text.txt | wc -c)" = 32000 ]
  head -c 60 $method.zip >cut.zip
  ok "zip: $method: what is cut is bad" exits 1 "$SHEAF" verify cut.zip
done
python3 - <<'PYTHON'
import tarfile
folder, last = tarfile.TarInfo("old/"), tarfile.TarInfo("last.txt")
folder.type, folder.size = tarfile.AREGTYPE, 1
with open("made/old-folder.tar", "wb") as file:
    for info in folder, last:
        file.write(info.tobuf(tarfile.USTAR_FORMAT))
    file.write(bytes(1024))
PYTHON
ok "Python and libarchive read the same of each archive" \
  "$HERE/../differential/archives" "$SHEAF" made

# What libarchive leaves out behind a stream.
seq 20000 | bzip2 >numbers.bz2
cp numbers.bz2 filled.bz2 && head -c 1000 /dev/zero >>filled.bz2
cp numbers.bz2 longer.bz2 && printf 'more' >>longer.bz2
ok "zeros behind a stream fill it up" "$SHEAF" verify filled.bz2
ok "anything else is told of" exits 1 "$SHEAF" verify longer.bz2
longer() {
  has "ends before byte $(stat -c %s numbers.bz2), and what follows" <status.log
}
ok "with its place" longer
tar -cf numbers.tar numbers.bz2
bzip2 numbers.tar && printf 'more' >>numbers.tar.bz2
ok "members before that are whole" "$SHEAF" verify numbers.tar.bz2
finish
