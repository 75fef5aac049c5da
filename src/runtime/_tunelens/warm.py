"""The warm parent, the leaders it forks, and the processes of trials that these fork.

    launcher ── lines of JSON ── warm parent ── fork ── leader (own session, waits) ── fork ── trial

The parent imports libraries once and never runs anything of the person's. A leader does what `run.sh` does for a
trial that starts cold: it leaves `pid` and `exit` in the run's folder, passes a SIGTERM on once, and ends what is left
when it was asked to. One leader with its trial is forked ahead, so that a start does not wait for two forks of a
large process. Trials outlive their parent; the parent ends when the launcher's end of the pipe is closed.

Messages to the parent: `{"prepare": {run, script}}` once, then `{"start": {id, folder, argv, env}}`.
From it: `{"ready": …}` or `{"unfit": WHY}`, then `{"started": id, "pid", "startTime"}`, `{"stale": id}` or
`{"idle": true}`.
"""
import os
import signal
import sys
import time

from . import activation, jsontext, loading, mainscript, proof, source, spool, stopping, trial, warmcheck, warmimports
from . import run as current_run

REQUESTS, REPLIES = 3, 4
IDLE_SECONDS = 300
FORK_AHEAD_SECONDS = 0.05  # leaves the processor to the trial that has just begun
ROOM = "TUNELENS_ROOM"  # a long variable: room for a trial's own marker in the environment that /proc shows
HELD_BACK = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
SET_CHILD_SUBREAPER = 36
MOST_OUTPUT = 1 << 16
STOP_SECONDS = 5.0

PRELOADED = (activation, mainscript, proof, source, spool, stopping, trial)  # what a trial needs


def serve():
    """Serves the launcher; returns, in the process of a trial, the script and its arguments."""
    os.environ.pop(ROOM, None)
    for descriptor in (REQUESTS, REPLIES):
        os.set_inheritable(descriptor, False)
    parent = _Parent()
    message = parent.next_message()
    if message is None:
        os._exit(0)
    why = _prepare(message["prepare"], parent)
    if why is not None:
        parent.reply({"unfit": why})
        os._exit(0)
    return parent.serve()


def _prepare(wish, parent):
    """Imports what the script imports. Says why trials cannot be forked from what came of it, or None."""
    why = warmcheck.unfit_before()
    if why is not None:
        return why
    os.environ["TUNELENS_RUN"] = wish["run"]
    run = current_run.current()
    del os.environ["TUNELENS_RUN"]
    if run is None:  # removed meanwhile
        os._exit(0)
    loading.install()
    activation.lead_reads(run)  # before libraries that keep the function that they find
    sys.path[0] = os.path.dirname(os.path.realpath(wish["script"]))
    walk = warmimports.Walk(run, wish["script"])
    guard = warmimports.Guard(walk.roots)
    try:
        walk.all()
    finally:
        guard.remove()
        current_run.forget()
    parent.imported = walk.imported
    return guard.found or warmcheck.unfit_after()


class _Parent(object):
    def __init__(self):
        self.buffer = b""
        self.closed = False
        self.imported = []
        self.spare = None
        self.files = None
        self.prctl = _prctl()
        self.boot = _first_line("/proc/sys/kernel/random/boot_id") or "-"

    def next_message(self, wait=None):
        """The next message; None when the launcher is gone, or nothing comes for `wait` seconds."""
        import select
        while b"\n" not in self.buffer:
            if wait is not None and not select.select([REQUESTS], [], [], wait)[0]:
                return None
            chunk = os.read(REQUESTS, 1 << 16)
            if not chunk:
                self.closed = True
                return None
            self.buffer += chunk
        line, _, self.buffer = self.buffer.partition(b"\n")
        return jsontext.parse(line.decode("utf-8"))

    def reply(self, message):
        data = jsontext.render(message).encode("ascii") + b"\n"
        while data:
            data = data[os.write(REPLIES, data):]

    def serve(self):
        import gc
        output = os.pread(1, MOST_OUTPUT, 0)  # what the imports said; a trial that starts cold has it in its log
        gc.collect()
        gc.freeze()  # pages shared with trials stay shared when these collect
        self.files = warmcheck.Files()
        self.spare = self._fork(output)
        if self.spare is None:
            return self.arguments
        self.reply({"ready": self.imported})
        while True:
            wish = self._next_start(output)
            if wish is None:
                return self.arguments
            leader = self.spare or self._fork(output)
            if leader is None:
                return self.arguments
            self.spare = None
            self._hand_over(leader, wish)

    def _next_start(self, output):
        """Waits for it, and has a leader forked ahead meanwhile. None in that leader's trial, once it has its orders.

        Ends the process when there will be no more, or when what was imported has changed since.
        """
        used = time.monotonic()
        while True:
            message = self.next_message(FORK_AHEAD_SECONDS if self.spare is None else warmcheck.CHECK_SECONDS)
            if self.files.have_changed():
                if message:
                    self.reply({"stale": message["start"]["id"]})
                os._exit(0)
            if message is not None:
                return message["start"]
            if not self.closed and time.monotonic() - used > IDLE_SECONDS:
                self.reply({"idle": True})
                self.closed = True
            if self.closed:
                os._exit(0)  # closes the spare's pipe, and it ends as well
            if self.spare is None:
                self.spare = self._fork(output)
                if self.spare is None:
                    return None

    def _hand_over(self, leader, wish):
        pid, pipe = leader
        started = {"started": wish["id"], "pid": pid, "startTime": warmcheck.start_time(pid)}
        try:
            data = jsontext.render(wish).encode("ascii")
            while data:
                data = data[os.write(pipe, data):]
        except OSError:  # the leader was killed meanwhile
            started = {"failed": wish["id"]}
        os.close(pipe)
        self.reply(started)
        self._reap()

    @staticmethod
    def _reap():
        """Leaders that have ended. Each left its result in its run's folder."""
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass

    def _fork(self, output):
        """A leader with its trial, waiting for their orders: (pid, pipe). None in the trial once it has them."""
        reader, writer = os.pipe()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, HELD_BACK)
        pid = os.fork()
        if pid != 0:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            os.close(reader)
            return pid, writer
        try:
            os.close(writer)
            os.close(REQUESTS)
            os.close(REPLIES)
            os.setsid()
            self.prctl(SET_CHILD_SUBREAPER, 1)
            orders, trial_end = os.pipe()
            child = os.fork()
            if child != 0:
                os.close(orders)
                _lead(child, reader, trial_end, self.boot)
            os.close(reader)
            os.close(trial_end)
            wish = _orders(orders)
            if wish is None:
                os._exit(0)
            self.arguments = _become_trial(wish, output)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            return None
        except BaseException as error:
            jsontext.complain("The trial could not be forked: %r" % error)
            os._exit(1)


def _orders(pipe):
    """The whole message, or None when the one who had to send it is gone."""
    data = b""
    while True:
        chunk = os.read(pipe, 1 << 16)
        if not chunk:
            break
        data += chunk
    os.close(pipe)
    return jsontext.parse(data.decode("ascii")) if data.endswith(b"}") else None


def _lead(child, reader, writer, boot):
    """The leader's life. Never returns."""
    wish = _orders(reader)
    if wish is None:
        os._exit(0)  # and the trial, whose pipe is closed by this
    folder = wish["folder"]
    # Whoever makes this file leads the run, as in `run.sh`.
    try:
        file = os.open(os.path.join(folder, "pid"), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        os.write(file, ("%d %s %s\n" % (os.getpid(), warmcheck.start_time(os.getpid()), boot)).encode("ascii"))
        os.close(file)
        _open_log(folder)
    except OSError as error:
        jsontext.complain("The run could not be started: %s" % error)
        os._exit(1)
    data = jsontext.render(wish).encode("ascii")
    while data:
        data = data[os.write(writer, data):]
    os.close(writer)
    warmcheck.show_as("tunelens leader of " + folder, wish["env"]["TUNELENS_RUN"])
    code, asked = _wait_for(child)
    text = b"%d\n" % code
    file = os.open(os.path.join(folder, "exit"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    os.write(file, text)
    if asked:
        _end_the_rest()
    os._exit(0)


def _wait_for(child):
    """(exit code as a shell says it, whether a stop was asked for)."""
    asked = False
    while True:
        number = signal.sigwait(HELD_BACK)
        if number != signal.SIGCHLD:
            if not asked:
                asked = True
                os.kill(child, signal.SIGTERM)
            continue
        while True:  # orphans of the run come here, too
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            if pid == child:
                return (os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)), asked


def _end_the_rest():
    """What a stopped trial left behind has become this process's children."""
    until = time.monotonic() + STOP_SECONDS
    while time.monotonic() < until:
        try:
            with open("/proc/self/task/%d/children" % os.getpid(), "rb") as file:
                left = [int(pid) for pid in file.read().split()]
            if not left:
                return
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            os.waitpid(-1, 0)
        except OSError:
            return  # nothing left, or a kernel that does not say: the launcher looks as well


def _open_log(folder):
    log = os.open(os.path.join(folder, "log"), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)


def _become_trial(wish, output):
    """Makes this process what a Python just started for the trial would be; gives the script and its arguments."""
    _open_log(wish["folder"])
    if output:
        os.write(1, output)
    os.environ.update(wish["env"])
    # A shell script that stands for the interpreter has been through already, as it would have been for a cold start.
    argv = [getattr(sys, "orig_argv", wish["argv"])[0]] + wish["argv"][1:]
    warmcheck.show_as(" ".join(argv), wish["env"]["TUNELENS_RUN"])
    for number in (signal.SIGINT, signal.SIGQUIT):  # as a shell starts what runs in its background
        signal.signal(number, signal.SIG_IGN)
    if hasattr(sys, "orig_argv"):
        wrapper = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tunelens_main.py")
        sys.orig_argv = [argv[0], wrapper] + argv[1:]
    _renew()
    return argv[1:]


def _renew():
    """What libraries take from the system or the clock when they are imported. `random` renews itself."""
    modules = sys.modules
    numpy_random = modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()
    logging = modules.get("logging")
    if logging is not None and hasattr(logging, "_startTime"):
        logging._startTime = time.time() if isinstance(logging._startTime, float) else time.time_ns()
    process = modules.get("multiprocessing.process")
    if process is not None:
        process.current_process().authkey = os.urandom(32)


def _prctl():
    """`prctl` without `ctypes`, which takes several milliseconds and would be there for every trial to see."""
    try:
        import _ctypes
        function = _ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl")
        return lambda option, value: _ctypes.call_cdeclfunction(function, (option, value, 0, 0, 0))
    except Exception:  # then the launcher finds orphans by their marks alone
        return lambda option, value: -1


def _first_line(path):
    try:
        with open(path) as file:
            return file.readline().strip()
    except OSError:
        return ""
