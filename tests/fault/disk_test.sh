# A disk that is full: a run ends with 4, and goes on to the same bytes once
# there is room. The disk is one of memory, in a name space of its own.
if [ -z "${FULL_DISK:-}" ]; then
  mounts=(unshare -rm bash -c 'mount -t tmpfs -o size=64k none /mnt')
  if ! "${mounts[@]}" 2>/dev/null; then
    echo "1..0 # skipped: no disk can be mounted here, unshare -rm is refused"
    exit 0
  fi
  FULL_DISK=yes exec unshare -rm bash "$0" "$@"
fi
source "$(dirname "$0")/lib.sh"

documents 300 many
plugin test.long "$NO_LIMITS" 'for i = 0, 60 do
    doc:add("mark", 0, 8, { name = name, number = i })
  end'
steps=(-p ./test.long -p export.jsonl)
run -j 2 "${steps[@]}" many -o whole
mkdir disk
mount -t tmpfs -o size=64k none disk

# grow KIB: makes the disk so large.
grow() { mount -o "remount,size=$1k" disk; }

attempt() { run -j "$1" --resume "${steps[@]}" many -o disk/run; }

# fill WORKERS KIB PIECE: a run in a disk of so many KiB that grows by a piece
# each time it is full.
fill() {
  local kib=$2 code times=0
  rm -rf disk/run
  grow $kib
  while :; do
    code=$(status attempt "$1")
    [ "$code" != 0 ] || break
    if [ "$code" != 4 ] || ! has 'No space left on device' <status.log; then
      echo "$kib KiB: status $code"
      cat status.log
      return 1
    fi
    times=$((times + 1))
    kib=$((kib + $3))
    grow $kib
  done
  [ $times -gt 3 ] && same_run whole disk/run
}

size=$(du -sk whole | cut -f1)
for j in 0 2; do
  ok "-j $j: a disk of 64 KiB that grows by 200 when it is full" fill $j 64 200
  ok "-j $j: one that is full at the very end, again and again" \
    fill $j $((size - 24)) 4
done

# One that is full of other things.
fill_up() { head -c 8m /dev/zero >disk/other 2>/dev/null || true; }
rm -rf disk/*
fill_up
ok "a disk without any room" exits 4 attempt 2
grow 8192
ok "and with it" attempt 2
ok "the same bytes" same_run whole disk/run
umount disk
finish
