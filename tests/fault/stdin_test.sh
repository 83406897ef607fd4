# Standard input as a bundle: read once, shared by workers, and resumed.
source "$(dirname "$0")/lib.sh"

gate
for i in $(seq 300); do
  word='GO ON'
  [ "$i" != 200 ] || word='WAIT!'
  printf '{"id":"%04d","text":"Document %d. %s: words."}\n' "$i" "$i" "$word"
done >held.jsonl
sed 's/WAIT!/GO ON/' held.jsonl >lines.jsonl
export_it() { run -p "$WORK/test.gate" -p export.jsonl "$@"; }
piped() { cat "$1" | export_it "${@:2}"; }

# A file of that name gives the bytes that standard input has to give.
mkdir at && cp lines.jsonl at/-
(cd at && export_it ./- -o ../file)
sed -i 's/"bundle":".\/-"/"bundle":"-"/' file/documents.jsonl file/ledger.jsonl
same() { # FOLDER: but for the size of a name in each record.
  cmp file/documents.jsonl "$1/documents.jsonl" &&
    cmp <(rows file | sed 's/"bytes_out":.*//') <(rows "$1" | sed 's/"bytes_out":.*//')
}
ok "a pipe is a bundle" piped lines.jsonl -j 2 - -o pipe
ok "with the documents of the file" same pipe
ok "and nothing of it stays" [ "$(ls -A pipe | tr '\n' ' ')" = \
  "documents.jsonl ledger.jsonl run.json " ]
ok "without workers, too" piped lines.jsonl -j 0 - -o solo
ok "with the same documents" same solo
gzip -k lines.jsonl
ok "compressed as well" piped lines.jsonl.gz -j 2 - -o packed
ok "with the same documents" same packed
ok "a pipe that the shell names is one" export_it <(cat lines.jsonl) -o named
ok "it is given once" exits 2 piped lines.jsonl - - -o twice

# A copy is kept for as long as the run can go on.
cat held.jsonl | "$SHEAF" run --progress none -j 1 -p ./test.gate \
  -p export.jsonl - -o killed 2>log &
supervisor=$!
wait_for at.0200 log && wait_for_file killed/.state
kill -KILL $supervisor
wait $supervisor 2>/dev/null || true
change killed/.input-1 'WAIT!' 'GO ON'
go_on() { export_it --resume - -o killed </dev/null; }
ok "a killed run goes on without the pipe" go_on
ok "and gives the same bytes" same killed
ok "the copy is gone" [ ! -e killed/.input-1 ]

first_lines() { cat lines.jsonl | "$SHEAF" "$1" "${@:2}" >"$1.log"; }
ok "ls reads it" first_lines ls -
ok "whole" has '300 members, 300 files' <ls.log
ok "cat reads it" first_lines cat - 0007
ok "one member" has 'Document 7.' <cat.log
ok "verify reads it" first_lines verify -
ok "pack reads it" first_lines pack -o packed.zip -
ok "whole" [ "$("$SHEAF" ls packed.zip | tail -1 | cut -d, -f2)" = " 300 files" ]
script() { cat lines.jsonl | "$SHEAF" -e '
  local n = 0
  for doc in sheaf.open("-"):documents() do n = n + 1 end
  assert(n == 300, n)'; }
ok "scripts open it" script
TMPDIR=/nowhere
export TMPDIR
full() { cat lines.jsonl | exits 4 "$SHEAF" ls -; }
ok "where it cannot be copied it says so" full
ok "and what to do" has 'TMPDIR' <status.log

finish
