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
# Whoever makes this file leads the run: a second leader, started because this one was slow, finds it and gives way.
set -C
{ echo "$$ $start $boot" > "$folder/pid"; } 2>/dev/null || exit 1
set +C

# The child is forked before signals are caught: until it has become the command it is a copy of this shell, and would
# take a signal for its shell's own and forget it. A stop that comes before the trap ends this shell, and the launcher,
# which finds no leader, clears away the child.
"$@" < /dev/null &
child=$!
asked=''
# Passed on once: a second SIGTERM would cut short what the script saves.
trap '[ -n "$asked" ] || { asked=1; kill -TERM "$child" 2>/dev/null; }' TERM INT HUP
wait "$child" 2>/dev/null # some shells say there what signal the child died of
code=$?
# `wait` returns early when the trap ran: wait on until the child is gone.
while kill -0 "$child" 2>/dev/null; do
  wait "$child" 2>/dev/null
  code=$?
done
echo "$code" > "$folder/exit"
[ -n "$asked" ] || exit 0

# Stopped: what the command left behind goes too. As the subreaper of its run this shell inherits every orphan, so that
# its children are all there is, once those in between are gone.
tries=0
while [ "$tries" -lt 300 ]; do
  left=''
  IFS= read -r left < "/proc/$$/task/$$/children" # without a newline at its end, so it “fails”
  [ -n "$left" ] || break
  kill -KILL $left
  : & # `wait` takes in all that have ended, known to the shell or not
  wait "$!"
  tries=$((tries + 1))
done 2>/dev/null
