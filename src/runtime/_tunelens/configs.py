"""Gives reads of listed configuration files this trial's text, whichever way Python opens them.

A read of such a file is led to a copy of its snapshot with the trial's values in it, in the run's folder; the file on
disk is never touched. What opens files below Python (`os.open`, `mmap`, libraries in C) is out of reach: the values of
such a file are never proved bound, and the trial fails with that.
"""
import builtins
import io
import os
import sys

from . import proof, run as current_run, source, spool

_open = io.open
_names = set()  # base names of listed files: almost every other file is told apart by them
_endings = ()
_copies = {}  # (run folder, path) -> its copy
_written = set()  # listed files that the script itself has opened to write


class _Open(object):
    """In place of `open`. An object and not a function: as an attribute of a class it must not become a method."""

    __slots__ = ()
    __module__ = "io"
    __doc__ = _open.__doc__

    def __call__(self, file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
        if type(file) is not int and (opener is None or _is_usual(opener)):
            entry = _entry(file)
            if entry is not None:
                if not _writes(mode):
                    return _read(entry, file, (mode, buffering, encoding, errors, newline, closefd))
                _warn_of_writing(entry)
        return _open(file, mode, buffering, encoding, errors, newline, closefd, opener)

    def __getattr__(self, name):
        return getattr(_open, name)

    def __repr__(self):
        return repr(_open)

    def __reduce__(self):
        return "open"


def install(run):
    """Replaces `open`; for a study without configuration files nobody calls this."""
    global _endings
    listed = [entry for entry in run.files if entry.get("kind") == "config"]
    if _names:
        return
    _names.update([os.path.basename(entry["path"]) for entry in listed])
    _endings = tuple(sorted({os.path.splitext(name)[1] for name in _names}))
    builtins.open = io.open = _Open()
    # Python 3.10's pathlib keeps the function that it found.
    accessor = getattr(sys.modules.get("pathlib"), "_NormalAccessor", None)
    if accessor is not None and accessor.__dict__.get("open") is _open:
        accessor.open = io.open


def _is_usual(opener):
    """Up to Python 3.9 `Path.open` brings an opener of its own, which does what `open` does without one."""
    return getattr(opener, "__name__", None) == "_opener" and getattr(opener, "__module__", None) == "pathlib"


def _writes(mode):
    return isinstance(mode, str) and any([letter in mode for letter in "wax+"])


def _entry(file):
    """The listed file that is meant, unless the script has written it itself."""
    try:
        path = os.fsdecode(file)
    except TypeError:  # open says what is wrong with it
        return None
    name = os.path.basename(path)
    if name not in _names and not (name.endswith(_endings) and os.path.islink(path)):
        return None
    run = current_run.current()
    if run is None:
        return None
    absolute = os.path.abspath(path)
    real = os.path.realpath(absolute)
    for entry in run.files:
        if entry.get("kind") != "config" or entry["path"] in _written:
            continue
        if entry["path"] == absolute or os.path.realpath(entry["path"]) == real:
            return entry
    return None


def _read(entry, file, options):
    copy = _copy(entry)
    opened = _open(file, *options, opener=lambda _path, flags: os.open(copy, flags))
    proof.loaded(entry)
    return opened


def _copy(entry):
    """Made by the first process that reads the file; the same for all processes of the run."""
    run = current_run.current()
    key = (run.folder, entry["path"])
    if key not in _copies:
        folder = os.path.join(run.folder, "configs")
        place = os.path.join(folder, "%d-%s" % (run.files.index(entry), os.path.basename(entry["path"])))
        if not os.path.exists(place):
            os.makedirs(folder, exist_ok=True)
            fresh = "%s.%d" % (place, os.getpid())
            with _open(fresh, "wb") as file:
                file.write(source.read(entry))
            os.replace(fresh, place)
        _copies[key] = place
    return _copies[key]


def _warn_of_writing(entry):
    _written.add(entry["path"])
    if current_run.is_reporting_process():
        spool.notice("warning", "The script writes %s itself: this process reads it as it stands on the disk from now on." % (
            entry["path"]))
