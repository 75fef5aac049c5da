"""The run's append-only spool: one record a line, one `write` a line, `CRC32 JSON`.

Lines of several processes never mix (`O_APPEND`). The checksum tells a line that a full disk or a power cut
left half written from a whole one. Writing never breaks the script. What a full disk refused is kept and written
when there is room again, before the next record or at the end of the script.
"""
import os
import time
from binascii import crc32

from . import jsontext, run as current_run

_fd = None
_torn = False
_waiting = []  # lines that could not be written yet
_waiting_of = None  # the process that keeps them: a forked child must not write them too
_MOST_WAITING = 10000


def write(kind, fields):
    """Appends one record. `fields` is a dict of JSON values; attempt, kind and time are added."""
    try:
        run = current_run.current()
        if run is None:
            return
        record = {"a": run.attempt, "k": kind, "t": time.time()}
        record.update(fields)
        body = jsontext.render(record).encode("ascii")
        line = b"%08x %s\n" % (crc32(body) & 0xFFFFFFFF, body)
        if _waiting:
            _write_waiting(run)
        if not _put(run, line):
            _keep(line)
    except Exception:  # the script must not suffer, and the log has its own output
        pass


def _put(run, line):
    """False where the line does not stand there whole, such as on a full disk."""
    global _torn
    try:
        if _torn:  # the last write stopped midway: end that line, so that only it is lost
            line = b"\n" + line
        _torn = os.write(_descriptor(run), line) != len(line)
    except Exception:  # disk full, folder gone
        _torn = True
    return not _torn


def _keep(line):
    global _waiting_of
    if _waiting_of != os.getpid():
        del _waiting[:]
        _waiting_of = os.getpid()
        import atexit
        atexit.register(_write_waiting, current_run.current())
    if len(_waiting) < _MOST_WAITING:
        _waiting.append(line)


def _write_waiting(run):
    if _waiting_of != os.getpid():
        del _waiting[:]
    while _waiting:
        line = _waiting.pop(0)  # at once, so that no other thread writes it too
        if not _put(run, line):
            _waiting.insert(0, line)
            return


def _descriptor(run):
    global _fd
    if _fd is None:
        _fd = os.open(os.path.join(run.folder, "spool.jsonl"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    return _fd


def notice(level, text):
    """`level` is info, warning or error; `text` a sentence for a person."""
    write("notice", {"level": level, "text": text})
