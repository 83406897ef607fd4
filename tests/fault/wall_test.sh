# The wall around workers: what plugins reach without a permission, and with it.
#
# The wall is tried by programs in Python, which stand behind two of them, since
# Lua code has nothing that it could try. Each tries one thing, in one line that
# raises where it is refused: then it drops the document and says why.
source "$(dirname "$0")/lib.sh"

if ! "$SHEAF" doctor | grep -q 'landlock *version'; then
  echo "1..0 # SKIP this kernel has no Landlock"
  exit 0
fi
if ! command -v python3 >/dev/null; then
  echo "1..0 # SKIP python3 is not installed"
  exit 0
fi

documents 1 one
mkdir secret place
echo 'for nobody' >secret/file
home=$PWD

# tries NAME PERMISSIONS LINE: the plugin NAME does what LINE says.
tries() {
  mkdir -p "$1"
  cat >"$1/plugin.json" <<JSON
{ "name": "$1", "version": "1.0.0", "api": 1, "stage": "extract",
  "language": "process", "command": ["python3"], "main": "main.py",
  "summary": "Tries something.", "permissions": $2 }
JSON
  cat >"$1/main.py" <<PYTHON
import ctypes, os, socket, subprocess, signal
import sheaf

@sheaf.process
def process(doc, ctx):
    try: $3
    except Exception as error: doc.drop(repr(error))

sheaf.run()
PYTHON
}

# can NAME [OPTION…], cannot NAME WHY [OPTION…]
can() {
  rm -rf out
  run -j 1 -p "./$1" "${@:2}" one -o out && row out 0001.txt | has '"ok"'
}
cannot() {
  rm -rf out
  run -j 1 -p "./$1" "${@:3}" one -o out && row out 0001.txt | has "$2"
}
refuses='Permission denied'
forbids='Operation not permitted'

# --- Files -------------------------------------------------------------------

tries passwd '{ "read": ["/etc/passwd"] }' 'open("/etc/passwd").read()'
ok "/etc/passwd cannot be read" cannot passwd "$refuses"
ok "unless that is granted" can passwd --allow read=/etc/passwd
ok "to that plugin" can passwd --allow passwd:read=/etc
ok "and not to another" exits 2 run -p ./passwd --allow other:read=/etc one \
  -o out-other

tries folder '{ "read": true }' "open('$home/secret/file').read()"
ok "a file of the user's cannot be read" cannot folder "$refuses"
ok "unless its folder is granted" can folder --allow read=secret
ok "another one does not help" cannot folder "$refuses" --allow read=place

tries bundle '{}' "open('$home/one/0001.txt').read()"
ok "a program does not see the bundle, only its documents" \
  cannot bundle "$refuses"

tries writes '{ "write": true }' "open('$home/place/new', 'w').write('x')"
ok "no file can be written" cannot writes "$refuses"
ok "unless its folder is granted" can writes --allow write=place
ok "and then it is there" test -s place/new

tries output '{}' "open('$home/out/mine', 'w').write('x')"
ok "not even in the folder of the run" cannot output "$refuses"

tries removes '{ "write": true }' "os.remove('$home/secret/file')"
ok "nor can one be removed" cannot removes "$refuses"
tries modes '{ "read": true, "write": true }' "os.chmod('$home/secret', 0o777)"
ok "or opened to others" cannot modes "$forbids" --allow write=secret

# --- The network -------------------------------------------------------------

python3 - >port <<'PYTHON' &
import socket
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True: listener.accept()
PYTHON
wait_for '^[0-9]' port
port=$(cat port)

tries connects '{ "net": true }' \
  "socket.create_connection(('127.0.0.1', $port), 5)"
ok "a listener on this machine cannot be reached" cannot connects "$forbids"
ok "unless the network is granted" can connects --allow net
tries serves '{ "net": true }' 'socket.create_server(("127.0.0.1", 0))'
ok "and nobody can be served then" cannot serves "$refuses" --allow net
tries names '{ "net": true }' 'socket.socket(socket.AF_UNIX).connect("/run/x")'
ok "nor sockets of the system be reached" cannot names "$forbids" --allow net

# --- Processes ---------------------------------------------------------------

tries shell '{ "spawn": ["sh", "true"] }' 'subprocess.run(["sh", "-c", ":"])'
ok "a shell cannot be started" cannot shell "$forbids"
ok "unless it is granted" can shell --allow spawn=sh
ok "which another program is not" cannot shell "$refuses" --allow spawn=true
tries forks '{}' 'os._exit(0) if os.fork() == 0 else None'
ok "nor can a process be forked" cannot forks "$forbids"
tries kills '{ "spawn": ["true"] }' 'os.kill(os.getppid(), 9)'
ok "or its host be killed" cannot kills "$forbids"
tries traces '{}' '
        r = ctypes.CDLL(None, use_errno=True).ptrace(16, os.getppid(), 0, 0)
        if r: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))'
ok "or traced" cannot traces "$forbids"

# --- The environment ---------------------------------------------------------

export SECRET_OF_THE_USER=hidden
tries environment '{ "env": ["SECRET_OF_THE_USER"] }' \
  'os.environ["SECRET_OF_THE_USER"]'
ok "a variable cannot be read" cannot environment 'KeyError'
ok "unless it is granted" can environment --allow env=SECRET_OF_THE_USER

# What a worker has kept of it: the second document is held.
gate
documents 2 two
hold two/0002.txt
start -j 1 -p ./test.gate two -o out-two
wait_for '0002.txt' log
for worker in $(workers_of $!); do tr '\0' '\n' <"/proc/$worker/environ"; done \
  >environ
ok "it is gone from the memory of workers" \
  bash -c 'grep -q ^PATH= environ && ! grep -q SECRET environ'
ok "which cannot gain rights" \
  grep -q '^NoNewPrivs:.*1' "/proc/$worker/status"
kill -9 $!

# --- Lua ---------------------------------------------------------------------

# lua NAME PERMISSIONS LINE: the same in Lua; LINE gives nil and why not.
lua() {
  tries "$1" "$2" pass
  sed -i 's/"process"/"lua"/; s/"command".*"main.py"/"main": "main.lua"/' \
    "$1/plugin.json"
  cat >"$1/main.lua" <<LUA
return { process = function(doc, ctx)
  local got, why, code = $3
  if not got then doc:drop(code .. ": " .. why) end
end }
LUA
}

lua reads '{ "read": true }' 'ctx:read_file("/etc/passwd")'
for workers in 0 1; do
  ok "Lua code cannot read /etc/passwd (-j $workers)" \
    cannot reads 'permission: reads:' -j $workers
  ok "unless that is granted (-j $workers)" \
    can reads --allow read=/etc/passwd -j $workers
done
lua own '{}' 'ctx:read_file("own/main.lua")'
ok "its own folder needs no grant" can own
lua linked '{ "read": true }' 'ctx:read_file("place/link")'
ln -s /etc/passwd place/link
ok "a link does not lead out of what is granted" \
  cannot linked 'permission: linked:' --allow read=place
lua sets '{ "write": true }' 'ctx:write_file("place/by_lua", "x")'
ok "nor can it write" cannot sets 'permission: sets:'
ok "unless the folder is granted" can sets --allow write=place
ok "and then the file is there" test -s place/by_lua
lua gets '{ "env": true }' 'ctx:env("SECRET_OF_THE_USER")'
ok "nor see a variable" cannot gets 'permission: gets:'
ok "unless that is granted, too" can gets --allow env=SECRET_OF_THE_USER

# --- What is said of it ------------------------------------------------------

ok "a run without a grant says how to give it" bash -c \
  '"$0" run -p ./passwd one -o out-told 2>&1 |
   grep -q "not granted all.*--allow read=/etc/passwd"' "$SHEAF"
ok "what nobody asks for is not granted" \
  exits 2 run -p ./bundle --allow net one -o out-unasked
ok "the plugin's audit tells what it asks for" bash -c \
  '"$0" plugin audit ./shell | grep -q "spawn  sh  --allow spawn=sh"' "$SHEAF"
can passwd --allow read=/etc/passwd >can.log 2>&1 || cat can.log
ok "that of a run what it granted" bash -c \
  '"$0" plugin audit out | grep "passwd: read \[\"/etc/passwd\"\]"' "$SHEAF"
ok "and the wall" bash -c \
  '"$0" plugin audit out | grep "the wall:.*landlock.*seccomp"' "$SHEAF"
ok "a run without workers has none" exits 5 run -j 0 -p ./bundle \
  --require-sandbox one -o out-required
ok "other grants are another run" bash -c '
  rm -rf out; mkdir out; "$0" run -j 1 -p ./passwd one -o out >/dev/null 2>&1
  "$0" run --resume -p ./passwd --allow read=/etc/passwd one -o out 2>&1 |
    grep -q "other grants"' "$SHEAF"

# --- Older kernels -----------------------------------------------------------

# older COMMAND…: as on a kernel that knows no Landlock.
older() {
  python3 - "$@" <<'PYTHON'
import ctypes, os, struct, sys
LANDLOCK_CREATE_RULESET = 444
program = b"".join(struct.pack("HBBI", *code) for code in (
    (0x20, 0, 0, 0),                           # the number of the call
    (0x15, 0, 1, LANDLOCK_CREATE_RULESET),
    (0x06, 0, 0, 0x00050000 | 38),             # ENOSYS
    (0x06, 0, 0, 0x7fff0000)))
buffer = ctypes.create_string_buffer(program)
filter = ctypes.create_string_buffer(
    struct.pack("HxxxxxxP", 4, ctypes.addressof(buffer)))
libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, filter) == 0
os.execv(sys.argv[1], sys.argv[1:])
PYTHON
}
ok "a kernel without Landlock is told of" bash -c 'grep -q "landlock *not in" \
  <<<"$0"' "$(older "$SHEAF" doctor)"
ok "a run goes on without that part of the wall" \
  older "$SHEAF" run --progress none -j 1 -p ./bundle one -o out-older
ok "and writes that down" bash -c \
  '"$0" plugin audit out-older | grep "\"landlock\":0,\"seccomp\":true"' "$SHEAF"
ok "unless the wall is required" exits 5 older "$SHEAF" run -p ./bundle \
  --require-sandbox one -o out-strict
tries names '{}' 'socket.socket(socket.AF_INET)'
ok "the rest of the wall stands" bash -c '
  [[ "$(cat "$0")" == *"not permitted"* ]]' <(
    older "$SHEAF" run --progress none -j 1 -p ./names one -o out-rest
    cat out-rest/ledger.jsonl
  )

finish
