# Plugins that are programs: whatever they do costs one document at most.
source "$(dirname "$0")/lib.sh"

# What the document number 5 does; the others are answered as they should be.
program() { # NAME WHAT_IT_DOES [LIMITS]
  mkdir -p "$1"
  cat >"$1/plugin.json" <<JSON
{ "name": "$1", "version": "1.0.0", "api": 1, "stage": "extract",
  "language": "process", "command": ["python3"], "main": "main.py",
  "summary": "Does one document ill.", "writes": ["mark"],
  "in_flight": ${IN_FLIGHT:-1}, "permissions": { "spawn": ["sleep"] },
  "limits": { ${3:-\"cpu_ms\": 2000, \"wall_ms\": 3000} } }
JSON
  cat >"$1/main.py" <<PYTHON
import os, signal, subprocess, sys, time
import sheaf

@sheaf.process
def process(doc, ctx):
    doc.add("mark", 0, 8)
    if doc.member == "0005.txt":
        out = os.fdopen(os.dup(1), "wb", 0)
$(sed 's/^/        /' <<<"$2")

sheaf.run()
PYTHON
}

documents 9 many


program exits 'print("my last words", file=sys.stderr); os._exit(3)'
ok "a program that ends is started anew, its last words are told" \
  costs_one exits worker-died 'ended with status 3:\\nmy last words'

program crashes 'os.kill(os.getpid(), signal.SIGSEGV)'
ok "so is one that crashes" costs_one crashes worker-died 'signal 11'

program spins 'while True: pass' '"cpu_ms": 1000, "wall_ms": 60000'
ok "one that spins ends within its CPU time" \
  costs_one spins timeout 'limit of 1000 ms of CPU time'

program hangs 'signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(1000)'
ok "one that hangs and ignores SIGTERM ends within its wall time" \
  costs_one hangs timeout 'did not answer in time'

program half 'out.write(b"{\"type\":\"do"); os._exit(0)'
ok "half a line is no answer" costs_one half worker-died 'ended with status 0'

program babbles 'out.write(b"hello there\n")'
ok "neither is a line that is no JSON" \
  costs_one babbles damaged 'no JSON.*hello there'

program strange 'out.write(b"{\"type\":\"sing\"}\n")'
ok "nor a message that is none" costs_one strange damaged "of type 'sing'"

program other 'out.write(b"{\"type\":\"done\",\"id\":77}\n")'
ok "nor the answer to another question" costs_one other damaged 'question 77'

program closes 'os.close(1); os.close(out.fileno()); time.sleep(1000)'
ok "one that closes its output is ended" \
  costs_one closes worker-died 'has closed its output'

program eats 'everything = bytearray(900 << 20)' '"memory_mb": 200'
ok "one that wants too much memory fails" costs_one eats limit 'memory limit'

program floods 'sys.stderr.write("x" * (8 << 20) + "\nthe end"); os._exit(1)'
ok "a flood on standard error is bounded, its end is kept" \
  costs_one floods worker-died 'the end"'

program pours 'while True: sys.stderr.write("x" * 65536)' '"wall_ms": 1000'
ok "nor does one that never ends hold up anything" \
  costs_one pours timeout 'did not answer in time'

program breeds 'subprocess.Popen(["sleep", "4242"]); os._exit(1)'
ok "what a program has started ends with it" \
  costs_one breeds worker-died ended --allow spawn=sleep
ok "and is gone" bash -c '! pgrep -f "sleep 424[2]"'

program starts 'pass'
sed -i 's/^sheaf.run()/sys.exit("it will not")/' starts/main.py
ok "a program that says no hello cannot be loaded" \
  exits 5 run -p ./starts many -o out-starts
ok "and the run says why" grep -q 'it will not' status.log

program absent 'pass'
sed -i 's/python3/python-of-the-future/' absent/plugin.json
ok "an interpreter that is not installed is named" \
  exits 5 run -p ./absent many -o out-absent
ok "with what to do" grep -q 'is it installed' status.log

program fine 'pass'
ok "many workers give the same as one" bash -c '
  "$0" run -j 1 --progress none -p ./fine -p export.jsonl many -o one &&
  "$0" run -j 4 --progress none -p ./fine -p export.jsonl many -o four &&
  cmp one/documents.jsonl four/documents.jsonl' "$SHEAF"
# The same with several questions in the program's hands.
IN_FLIGHT=8
program dies 'print("my last words", file=sys.stderr); os._exit(3)'
ok "with several questions in hand, one that ends costs one of them" \
  costs_one dies worker-died 'ended with status 3:\\nmy last words'
program sits 'time.sleep(1000)' '"cpu_ms": 2000, "wall_ms": 1000'
ok "so does one that hangs" costs_one sits timeout 'did not answer in time'
program jumps 'out.write(b"{\"type\":\"done\",\"id\":77}\n")'
ok "and one that answers what was not asked" costs_one jumps damaged 'question 77'
program slow 'pass' '"wall_ms": 1200'
sed -i 's/^import sheaf/&\nimport time/; s/    if doc.member.*/    time.sleep(0.4)/; /out = /,/pass/d' \
  slow/main.py
ok "what waits behind slow documents is not late" \
  run -j 1 -p ./slow -p export.jsonl many -o out-slow
program wide 'pass'
ok "windows give the same as one question at a time" bash -c '
  "$0" run -j 1 --progress none -p ./wide -p export.jsonl many -o wide-out &&
  cmp one/documents.jsonl wide-out/documents.jsonl' "$SHEAF"

# A program that works on several at one time, and can leave one. Number 50 is
# the second of a block, and 57 waits until that is given up.
mkdir cancels
sed 's/"main.py"/"main.js"/; s/python3/node/; s/"slow"/"cancels"/; s/1200/2000/' \
  slow/plugin.json >cancels/plugin.json
cat >cancels/main.js <<'JAVASCRIPT'
const sheaf = require("sheaf");
let seen = 0, leave;
const left = new Promise((done) => { leave = done; });
const act = {
  "0049.txt": () => new Promise((done) => setTimeout(done, 500)),
  "0050.txt": (doc, ctx) => new Promise((_, fail) =>
    ctx.signal.addEventListener("abort", () => {
      doc.add("mark", 0, 1);
      leave();
      fail(ctx.signal.reason);
    })),
  "0057.txt": () => left,
};
sheaf.plugin({
  async process(doc, ctx) {
    doc.set_metadata("seen", ++seen);
    doc.add("mark", 0, 8);
    await act[doc.member]?.(doc, ctx);
  },
});
JAVASCRIPT
leaves_one() {
  local ended=0
  run -j 1 -p ./cancels -p export.jsonl more -o out-cancels || ended=$?
  [ $ended -eq 1 ] && row out-cancels 0050.txt | has '"code":"timeout"' &&
    [ "$(grep -c '"status":"ok"' out-cancels/ledger.jsonl)" = 63 ]
}
if command -v node >/dev/null; then
  documents 64 more
  ok "a program that knows cancel leaves one document and goes on" leaves_one
  ok "it was not started anew" \
    bash -c 'tail -n 1 out-cancels/documents.jsonl | grep "\"seen\":64"'
else
  echo "# skipped: JavaScript, since node is not installed"
fi

# The kit kills programs, too.
program killed 'pass'
sed -i 's/0, 8)/0, len(doc.text))/' killed/main.py
mkdir killed/tests
printf 'Some text.\n' >killed/tests/some.txt
tested() { "$SHEAF" plugin test "$@" >tested.log 2>&1; }
ok "the kit kills a program at every place" tested --update killed
ok "and it goes on" grep '^ok .* the program is killed, anywhere' tested.log
ok "and leaves none behind" bash -c '! pgrep -f "[k]illed/main.py"'
sed -i 's/len(doc.text)/&, process=os.getpid()/' killed/main.py
ok "one that is another after that" bash -c '! "$0" plugin test killed >tested.log' \
  "$SHEAF"
ok "is found out" grep 'some.txt: killed before line 1 of its answer' tested.log

# One that asked for it is told goodbye.
program polite 'pass'
mkdir granted
sed -i 's/"spawn": \["sleep"\]/"write": true/' polite/plugin.json
cat >polite/main.py <<'PYTHON'
import json, os, sys
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "hello":
        print(json.dumps({"type": "hello", "protocol": 1, "capabilities": ["bye"]}))
    elif message["type"] == "bye":
        open(os.environ["GRANTED"] + "/bye", "w").close()
    else:
        print(json.dumps({"type": "done", "id": message["id"]}))
    sys.stdout.flush()
PYTHON
sed -i 's/"write": true/&, "env": ["GRANTED"]/' polite/plugin.json
ok "a program that asked for it is told goodbye" env GRANTED="$WORK/granted" \
  "$SHEAF" run --progress none -p ./polite many -o out-polite \
  --allow "write=$WORK/granted" --allow env=GRANTED
ok "and hears it" [ -e granted/bye ]
ok "no program is left behind" bash -c '! pgrep -f "[f]ine/main.py"'

finish
