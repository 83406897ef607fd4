#!/bin/sh
# Runs the measured job with Sheaf.
#
# usage: tests/bench/job.sh ZIP OUT WORKERS
#
# OUT gets the lines of all documents; the rest of the run's folder is kept in
# OUT.run. SHEAF is the program, build/sheaf if it is not set.
set -eu
here=${0%/*}
run=$2.run
[ ! -e "$run" ] || rm -rf -- "$run"
"${SHEAF:-$here/../../build/sheaf}" run --progress none -j "$3" \
  -p "$here/job" "$1" -o "$run"
exec mv -- "$run/lines.jsonl" "$2"
