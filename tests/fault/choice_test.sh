# Runs over some of the documents: which they are depends on these alone.
source "$(dirname "$0")/lib.sh"

documents 300 many
cp many/0001.txt many/0001.md
zip -qr many.zip many
names() { sed 's/.*"member":"\([^"]*\)".*/\1/' "$1/ledger.jsonl"; }
count() { wc -l <"$1/ledger.jsonl"; }
go() { run -p export.jsonl "${@:2}" -o "$1"; }

ok "--limit takes the first documents" go first --limit 7 -j 2 many
ok "as many as are asked for" [ "$(count first)" = 7 ]
ok "in order" [ "$(names first | tail -1)" = 0006.txt ]
ok "--filter takes names" go markdown --filter '*.md' many
ok "that match" [ "$(names markdown)" = 0001.md ]
ok "a pattern passes over folders" go zipped --filter '*.md' many.zip
ok "in zips as well" [ "$(names zipped)" = many/0001.md ]
ok "! leaves out" go others --filter '!*.md' --filter '!*[0-8].txt' many
ok "what matches" [ "$(count others)" = 30 ]
ok "both, and a limit" go both --filter '*0.txt' --filter '!*00.txt' --limit 5 many
ok "work together" [ "$(names both | tr '\n' ' ')" = \
  "0010.txt 0020.txt 0030.txt 0040.txt 0050.txt " ]

ok "--sample takes some" go part --sample 10% -j 2 many
between() { [ "$(count part)" -gt 10 ] && [ "$(count part)" -lt 60 ]; }
ok "about as many as it says" between
ok "without workers" go again --sample 0.1 -j 0 many
ok "the same" same_run part again
ok "nonsense is refused" exits 2 run --sample 2 -p export.jsonl many -o x

# The choice is a part of the run.
ok "another choice does not go on" \
  exits 4 run --resume --sample 20% -p export.jsonl many -o part
ok "and it says why" has 'other documents' <status.log
nothing() { go none --filter nothing many && [ "$(count none)" = 0 ]; }
ok "nothing chosen is an empty run" nothing

finish
