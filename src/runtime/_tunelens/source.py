"""A listed file as this trial runs it: its snapshot, with the trial's values spliced over the literals.

Line numbers never change: a replacement keeps the number of line breaks, and a report is added at the end of
its own line. Nothing made here is ever written to or read from bytecode files.
"""
import os
import sys

from . import jsontext

DRIFT_EXIT_CODE = 97
_open = open  # the interpreter's own, whatever stands in its place later


def read(entry, with_reports=True):
    """The bytes to compile. Ends the process with code 97 when the text is not what was expected."""
    try:
        with _open(entry["snapshot"], "rb") as file:
            data = file.read()
    except OSError as error:
        _drift("%s: its snapshot cannot be read (%s)" % (entry["path"], error))
    edits = [_patch(entry, data, patch) for patch in entry["patches"]]
    if with_reports:
        edits += [_report(entry, data, point) for point in entry["reports"]]
    edits.sort()
    pieces, done = [], 0
    for start, end, text in edits:
        if start < done:
            _drift("%s:%d: two literals overlap" % (entry["path"], _line(data, start)))
        pieces += [data[done:start], text]
        done = end
    pieces.append(data[done:])
    return b"".join(pieces)


def compiled(entry, path):
    """Code of a listed file, known to the interpreter as `path`."""
    return compile(read(entry), path, "exec", dont_inherit=True)


def _patch(entry, data, patch):
    start, end = patch["start"], patch["end"]
    anchor = patch["anchor"].encode("utf-8")
    found = data[start:end]
    if found != anchor:
        _drift("%s:%d: expected %r, found %r" % (
            entry["path"], _line(data, start), patch["anchor"], found.decode("utf-8", "replace")))
    text = patch["text"].encode("utf-8")
    missing = anchor.count(b"\n") - text.count(b"\n")
    if missing > 0 and entry.get("kind") != "config":  # breaks inside parentheses mean nothing to Python
        text = b"(" + text + b"\n" * missing + b")"
    return start, end, text


def _report(entry, data, point):
    at, name = point["at"], point["name"]
    line_end = data.find(b"\n", at)
    rest = data[at:len(data) if line_end < 0 else line_end].strip()
    whole_name = all([part.isidentifier() for part in name.split(".")])
    if at > len(data) or not whole_name or (rest and rest[:1] not in b";#"):
        _drift("%s:%d: expected the end of the assignment of %r, found %r" % (
            entry["path"], _line(data, at), name, rest.decode("utf-8", "replace")))
    call = "; __tunelens_report__(%s, %s)" % (ascii(point["metric"]), name)
    return at, at, call.encode("utf-8")


def _line(data, offset):
    return data.count(b"\n", 0, offset) + 1


def _drift(message):
    """At once and for good: `except:` in the script must not turn a wrong program into a bad trial."""
    jsontext.complain(message)
    sys.stdout.flush()
    os._exit(DRIFT_EXIT_CODE)
