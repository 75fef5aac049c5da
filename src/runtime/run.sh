#!/bin/sh
# run.sh FOLDER COMMAND ARG…: runs the command as its only child and leaves two facts in FOLDER:
#   pid   "PID STARTTIME BOOTID": who leads the run. A bare pid may belong to another process later; these three never do.
#   exit  "CODE" and a newline, in one write: its absence after the leader's death means that the run was killed.
# Shell builtins only, so that nothing but the command is forked.
folder=$1
shift

start=- boot=-
IFS= read -r boot < /proc/sys/kernel/random/boot_id || boot=-
if IFS= read -r stat < /proc/self/stat; then
  stat=${stat##*) } # the process name may hold spaces and ")": cut at the last ") "
  set -f
  field() { shift 19; start=$1; } # field 22 of the whole line: start time in ticks since boot
  field $stat
  set +f
fi 2>/dev/null
echo "$$ $start $boot" > "$folder/pid"

child='' asked=''
# A stop that comes before the child is known is passed on as soon as it is.
trap 'asked=1; [ -n "$child" ] && kill -TERM "$child" 2>/dev/null' TERM INT HUP
"$@" < /dev/null &
child=$!
[ -n "$asked" ] && kill -TERM "$child" 2>/dev/null
wait "$child"
code=$?
# `wait` returns early when the trap ran: wait on until the child is gone.
while kill -0 "$child" 2>/dev/null; do
  wait "$child"
  code=$?
done
echo "$code" > "$folder/exit"
