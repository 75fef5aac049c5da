"""A trial that keeps its own account of what happened, in files that nothing else writes to."""
import fcntl
import os
import subprocess
import sys
import time

import tunelens

x = 0.5  # tune: 0..1
# tune: maximize score
steps = 10  # tune: budget 2..10
account = os.environ["CRASH_LABORATORY"]
folder = os.path.dirname(os.environ["TUNELENS_RUN"])
attempt = int(os.path.basename(folder))
trial = int(os.path.basename(os.path.dirname(folder)))
spool = os.path.join(folder, "spool.jsonl")


def note(name, *words):
    line = " ".join(str(word) for word in words) + "\n"
    descriptor = os.open(os.path.join(account, name), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, line.encode())
    os.close(descriptor)


def is_written():
    """The whole line stands in the spool: on a full disk a report may not get there."""
    try:
        with open(spool, "rb") as file:
            return file.read().endswith(b"\n")
    except OSError:
        return False


note("starts", trial, attempt, os.getpid())
lock = open(os.path.join(account, "lock-%d" % trial), "w")
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    note("overlaps", trial, attempt, os.getpid())
child = None
if trial % 3 == 1:
    child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(300)"])
    note("children", trial, attempt, child.pid)
saved = os.path.join(tunelens.checkpoint_dir(), "step")
begin = int(open(saved).read()) if os.path.exists(saved) else 0
for step in range(begin, steps):
    time.sleep(0.03)
    tunelens.report(step=step, score=x * 100 + step, made=attempt)
    if is_written():
        note("acknowledged", trial, attempt, step)
        with open(saved + ".new", "w") as file:
            file.write(str(step + 1))
        os.replace(saved + ".new", saved)
if child is not None:
    child.kill()
    child.wait()
note("ends", trial, attempt)
