"""The run's append-only spool: one record a line, one `write` a line, `CRC32 JSON`.

Lines of several processes never mix (`O_APPEND`). The checksum tells a line that a full disk or a power cut
left half written from a whole one. Writing never breaks the script.
"""
import os
import time
from binascii import crc32

from . import jsontext, run as current_run

_fd = None
_torn = False


def write(kind, fields):
    """Appends one record. `fields` is a dict of JSON values; attempt, kind and time are added."""
    global _torn
    try:
        run = current_run.current()
        if run is None:
            return
        record = {"a": run.attempt, "k": kind, "t": time.time()}
        record.update(fields)
        body = jsontext.render(record).encode("ascii")
        line = b"%08x %s\n" % (crc32(body) & 0xFFFFFFFF, body)
        if _torn:  # the last write stopped midway: end that line, so that only it is lost
            line = b"\n" + line
        _torn = os.write(_descriptor(run), line) != len(line)
    except Exception:  # disk full, folder gone: the script must not suffer, and the log has its own output
        _torn = True


def _descriptor(run):
    global _fd
    if _fd is None:
        _fd = os.open(os.path.join(run.folder, "spool.jsonl"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    return _fd


def notice(level, text):
    """`level` is info, warning or error; `text` a sentence for a person."""
    write("notice", {"level": level, "text": text})
