#!/bin/sh
# build.sh PROGRAM COUNT COMPILER ARG… ARGUMENT…: makes PROGRAM by the COUNT words of the compiler, unless it is there, and
# becomes it. The compiler writes to PROGRAM.new, so that a program that is there is whole.
# Exit code 96: it could not be made, and what the compiler said stands in the output.
program=$1
count=$2
shift 2
# Runs the first COUNT of its words: as many are moved to the end, and what stood behind them is dropped.
compile() {
  behind=$(($# - count))
  while [ "$count" -gt 0 ]; do
    word=$1
    shift
    set -- "$@" "$word"
    count=$((count - 1))
  done
  shift "$behind"
  "$@"
}
if [ ! -x "$program" ]; then
  (compile "$@") && mv "$program.new" "$program" || exit 96
fi
shift "$count"
exec "$program" "$@"
