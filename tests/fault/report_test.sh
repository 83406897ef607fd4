# What run.json says of times and memory, also of runs that were interrupted and
# of shards that were put together.
source "$(dirname "$0")/lib.sh"

documents 300 many
gate
plugin test.hog "$NO_LIMITS" 'local hog = ("x"):rep(20 << 20)'

# report FOLDER CODE: Lua code that looks at the report of the run, and at what
# it says of its plugins, by name.
report() {
  "$SHEAF" -e "local report = sheaf.json.decode(io.open(arg[1]):read 'a')
    local memory, MIB, of = report.memory, 1 << 20, {}
    for _, timing in ipairs(report.timings) do of[timing.plugin] = timing end
    local gate, exports = of['test.gate'], of['export.jsonl']
    if not ($2) then
      print(sheaf.json.encode(of), sheaf.json.encode(memory))
      os.exit(1)
    end" "$1/run.json"
}

run -j 2 -p ./test.gate -p export.jsonl many -o whole
ok "each document is a call of each plugin" \
  report whole 'gate.calls == 300 and exports.calls == 300'
ok "no call took longer than the longest" \
  report whole 'gate.max_ms > 0 and gate.ms <= gate.max_ms * 300'
ok "a plugin in Lua has its own memory" \
  report whole 'gate.memory_peak > 10000 and gate.memory_peak < 64 * MIB'
ok "so have the processes" \
  report whole 'memory.supervisor > MIB // 4 and memory.worker > MIB // 4'

for j in 0 2; do
  run -j $j -p ./test.hog -p export.jsonl many/0001.txt -o hog$j
  ok "-j $j: the most memory counts" \
    report hog$j "of['test.hog'].memory_peak > 20 * MIB and
      memory.worker > 20 * MIB"
done

mkdir test.program
cat >test.program/plugin.json <<'JSON'
{ "name": "test.program", "version": "1.0.0", "api": 1, "stage": "extract",
  "language": "process", "command": ["python3"], "main": "main.py",
  "summary": "Takes memory." }
JSON
cat >test.program/main.py <<'PYTHON'
import sheaf

@sheaf.process
def process(doc, ctx):
    bytearray(30 << 20)

sheaf.run()
PYTHON
run -j 1 -p ./test.program -p export.jsonl many/0001.txt -o program
ok "that of a program is told when it has ended" \
  report program "of['test.program'].memory_peak > 30 * MIB"

# A run that goes on adds to what it has had.
hold many/0200.txt
start -j 1 -p ./test.gate -p export.jsonl many -o killed
supervisor=$!
wait_for at.0200.txt log && wait_for_file killed/.state
kill -9 $supervisor
wait $supervisor 2>/dev/null || true
release many/0200.txt
ok "a killed run goes on" \
  run -j 1 --resume -p ./test.gate -p export.jsonl many -o killed
ok "and has the calls of before, but for a block's at most" \
  report killed 'gate.calls > 150 and gate.calls <= 300'

for i in 1 2; do
  run --shard $i/2 -p ./test.gate -p export.jsonl many -o part$i
done
ok "shards are put together" "$SHEAF" merge -o merged part1 part2
ok "their accounts, too" accounts merged
ok "with their calls" report merged 'gate.calls == 300 and exports.calls == 300'
finish
