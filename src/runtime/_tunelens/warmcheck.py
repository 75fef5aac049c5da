"""Whether trials can be forked from this process, whether they still can, and how they show themselves in /proc."""
import os
import sys
import time

CHECK_SECONDS = 1.0  # what changes later than that before a start is not noticed
# Files whose being open, or mapped, says that a driver of an accelerator has set itself up for this process alone.
DEVICES = ("/dev/nvidia", "/dev/kfd", "/dev/dri", "/dev/accel", "/dev/habana", "/dev/davinci")


def unfit_before():
    if sys.platform != "linux" or not hasattr(os, "fork"):
        return "this system cannot fork safely"
    if sys.implementation.name != "cpython":
        return "the interpreter is not CPython"
    if sys.getfilesystemencoding().lower() not in ("utf-8", "utf8"):
        return "the encoding of names is not UTF-8"
    return None


def unfit_after():
    """Why a fork of this process would not be what a fresh one is; None when it would."""
    threading = sys.modules.get("threading")
    if threading is not None and threading.active_count() > 1:
        others = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
        return "an imported library runs a thread (%s)" % ", ".join(others)
    torch = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "cuda") and torch.cuda.is_initialized():
        return "an imported library has set up the GPU"
    return _unfit_descriptors() or _unfit_processes() or _unfit_threads()


def _unfit_descriptors():
    with open("/proc/self/maps", "rb") as file:
        maps = file.read()
    for device in DEVICES:
        if device.encode("ascii") in maps:
            return "an imported library uses %s" % device
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink("/proc/self/fd/" + name)
        except OSError:  # the listing's own
            continue
        if target.startswith(DEVICES):
            return "an imported library uses %s" % target
        if target.startswith("socket:") and int(name) > 4:
            return "an imported library has opened a connection"
    return None


def _unfit_processes():
    try:
        with open("/proc/self/task/%d/children" % os.getpid()) as file:
            return "an imported library has started a process" if file.read().strip() else None
    except OSError:  # not said by every kernel
        return None


def _unfit_threads():
    """Threads of native code. Libraries that know forks (OpenBLAS) end theirs before one, and begin anew after it."""
    if _threads() == 1:
        return None
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    until = time.time() + 0.2
    while _threads() > 1:
        if time.time() > until:
            return "an imported library runs threads that would be missing in a trial"
        time.sleep(0.01)
    return None


def _threads():
    return len(os.listdir("/proc/self/task"))


class Files(object):
    """The files of everything imported, to notice that a package was installed or changed since."""

    def __init__(self):
        files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
        stamps = [(file, _stamp(file)) for file in files if isinstance(file, str) and os.path.isabs(file)]
        # Some are said to come from files that do not exist.
        self.stamps = [(file, stamp) for file, stamp in stamps if stamp is not None]
        self.checked = time.monotonic()

    def have_changed(self):
        """A look takes 3 µs a file: looks are at least a second apart, and mostly happen while nothing is asked for."""
        if time.monotonic() - self.checked < 0.9 * CHECK_SECONDS:
            return False
        changed = any(_stamp(file) != stamp for file, stamp in self.stamps)
        self.checked = time.monotonic()
        return changed


def _stamp(file):
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _stat_fields(pid):
    with open("/proc/%d/stat" % pid, "rb") as file:
        text = file.read()
    return text[text.rindex(b")") + 2:].split()  # begins with field 3


def start_time(pid):
    return _stat_fields(pid)[19].decode("ascii")


def show_as(title, run):
    """Puts a title over the command line, and the run's marker over the environment, that /proc shows for us.

    Both are where the kernel put them at the parent's start, long enough by the words and variable that were added
    for it. The marker is how a trial's processes are found when their leader is gone.
    """
    try:
        argument_start, argument_end, start, end = [int(field) for field in _stat_fields(os.getpid())[45:49]]
        with open("/proc/self/mem", "r+b", buffering=0) as memory:
            memory.seek(start)
            environment = memory.read(end - start)
            at = environment.find(b"TUNELENS_ROOM=")
            stop = environment.find(b"\0", at)
            marker = b"TUNELENS_RUN=" + os.fsencode(run)
            if 0 <= at and len(marker) <= stop - at:
                memory.seek(start + at)
                memory.write(marker.ljust(stop - at, b"\0"))
            length = argument_end - argument_start
            if length > 1:  # what does not end in a zero is shown up to the first zero
                memory.seek(argument_start)
                memory.write(os.fsencode(title)[:length - 2].ljust(length - 1, b"\0") + b" ")
    except (OSError, ValueError):  # a hardened kernel: the run is found by its leader all the same
        pass
