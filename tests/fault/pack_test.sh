# Packing that is broken off leaves nothing behind.
source "$(dirname "$0")/lib.sh"

documents 400 many
for ((i = 0; i < 200; i++)); do head -c 20000 /dev/urandom >"many/noise$i"; done

disk() {
  mkdir -p small
  mount -t tmpfs -o size=64k none small 2>/dev/null
}
if disk; then
  ok "a full disk ends with 4" exits 4 "$SHEAF" pack -o small/out.zip many
  ok "and leaves no file" [ -z "$(ls small)" ]
  umount small
else
  echo "# no file system can be mounted here: a full disk is not tested"
fi

ok "a folder that is not there ends with 4" \
  exits 4 "$SHEAF" pack -o nowhere/out.zip many
ok "a bundle that is not there leaves no file" \
  bash -c '! "$0" pack -o out.zip nothing.zip && [ ! -e out.zip ] &&
    [ ! -e out.zip.part ]' "$SHEAF"

# Killed at some moment: then there is no file of that name.
"$SHEAF" pack -o killed.zip many/ &
packing=$!
kill -9 $packing 2>/dev/null || true
wait $packing 2>/dev/null || true
whole() { [ ! -e killed.zip ] || unzip -tqq killed.zip; }
ok "one that is killed leaves no half file of that name" whole

# Threads pack, and the bytes are the same.
for j in 1 3; do "$SHEAF" pack -j "$j" -o "threads$j.zip" many; done
ok "any number of threads gives the same file" cmp threads1.zip threads3.zip

# Cut at three quarters, a zip without its directory.
"$SHEAF" pack -o whole.zip many
size=$(stat -c %s whole.zip)
head -c $((size * 3 / 4)) whole.zip >cut.zip
ok "a zip that is cut is repaired" exits 1 "$SHEAF" repair -o saved.zip cut.zip
ok "and what is saved is whole" "$SHEAF" verify saved.zip
saved() { [ "$(unzip -Z1 saved.zip | wc -l)" -gt 400 ]; }
ok "all members before the cut are there" saved

# Large members go through in pieces: one that turns out to be damaged at its
# end leaves nothing behind.
mkdir large
seq 1200000 >large/numbers
head -c 6000000 /dev/urandom >large/noise
"$SHEAF" pack --store -o large.zip large
ok "a large member is what it was" \
  bash -c 'unzip -p large.zip numbers | cmp - large/numbers'
offset=$(grep -abo '1199990' large.zip | head -1 | cut -d: -f1)
printf 'X' | dd of=large.zip bs=1 seek="$offset" conv=notrunc 2>/dev/null
for j in 1 2; do
  ok "one that is damaged is lost" \
    exits 1 "$SHEAF" pack -j "$j" --level 1 -o "rest$j.zip" large.zip
done
ok "any number of threads gives the same file then" cmp rest1.zip rest2.zip
ok "the others are whole" unzip -tqq rest1.zip
ok "and it is not there" [ "$(unzip -Z1 rest1.zip | head -1)" = noise ]
ok "but noted" bash -c 'unzip -p rest1.zip META-INF/sheaf.json |
  grep -q "\"name\":\"numbers\".*\"code\":\"checksum\""'

# More members than a zip's own counters can hold.
seq 70000 | sed 's/.*/{"id":"&","text":"document &"}/' >lines.jsonl
"$SHEAF" pack --store -o lines.zip lines.jsonl
ok "70,000 members are whole for unzip" unzip -tqq lines.zip
ok "and for bsdtar" [ "$(bsdtar -tf lines.zip | wc -l)" = 70001 ]
ok "and for Python" python3 -c '
import zipfile
names = zipfile.ZipFile("lines.zip").namelist()
assert len(names) == 70001 and names[69999] == "70000", len(names)'

finish
