"""Says which values were really bound, so that a trial which ran with others than asked is found out.

A literal in source is bound when its file, with the value spliced in, is loaded. An argparse default is bound
when a parser has filled its namespace: what the namespace then holds is what counts, command line included.
"""
import atexit
import os
import sys

from . import run as current_run, spool

_modules = []  # (path, patch) of module-level names to look at when the process ends
_arguments = {}  # dest -> [patch]
_proved = {}  # patch id -> value last written


def loaded(entry):
    """A listed file was compiled and is about to run."""
    values = {}
    for patch in entry["patches"]:
        kind = patch["binding"]["kind"]
        if kind == "argparse":
            _watch_argparse(patch)
            continue
        values[patch["id"]] = patch["value"]
        if kind == "module":
            _modules.append((entry["path"], patch))
    _write(values)


def watch_end():
    """At the end of this process, warns of names that no longer hold the trial's value."""
    atexit.register(_check_modules, os.getpid())


def _write(values):
    fresh = {name: value for name, value in values.items() if name not in _proved or not same(_proved[name], value)}
    if fresh and current_run.is_reporting_process():
        _proved.update(fresh)
        spool.write("bound", {"values": fresh})


def same(a, b):
    """Equality of JSON-like values: 1 is 1.0 but not True; a tuple is a list."""
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all([same(x, y) for x, y in zip(a, b)])
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    try:
        return bool(a == b) or (a != a and b != b)
    except Exception:  # arrays and other types with an equality of their own
        return False


def _check_modules(owner):
    if os.getpid() != owner:  # a forked child that ends like the script does
        return
    for path, patch in _modules:
        name = patch["binding"]["name"]
        module = _module_of(path)
        if module is None:
            continue
        held = getattr(module, name, None)
        if not same(held, patch["value"]):
            spool.notice("warning", "%s was assigned again: this trial asked for %s, and it ended as %s." % (
                name, _short(patch["value"]), _short(held)))


def _module_of(path):
    run = current_run.current()
    if path.endswith(".ipynb"):
        return sys.modules.get("__main__")
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.endswith(".py"):
            entry = run.file_at(file)
            if entry is not None and entry["path"] == path:
                return module
    return None


def _short(value):
    try:
        text = repr(value)
    except Exception:  # a repr of the script's own that fails
        text = "a " + type(value).__name__
    return text if len(text) <= 80 else text[:77] + "..."


def _watch_argparse(patch):
    first = not _arguments
    patches = _arguments.setdefault(patch["binding"]["dest"], [])
    if patch not in patches:
        patches.append(patch)
    if first:
        import argparse  # the script imports it anyway
        parse = argparse.ArgumentParser.parse_known_args

        def parse_known_args(self, *args, **kwargs):
            result = parse(self, *args, **kwargs)
            try:
                _prove_arguments(self, result[0])
            except Exception as error:  # a parser of the script's own making
                spool.notice("warning", "Arguments could not be checked: %s" % error)
            return result

        argparse.ArgumentParser.parse_known_args = parse_known_args


def _prove_arguments(parser, namespace):
    for dest, patches in _arguments.items():
        if not hasattr(namespace, dest):
            continue
        held = getattr(namespace, dest)
        action = next((a for a in parser._actions if a.dest == dest), None)
        default = parser.get_default(dest) if action is None else action.default
        if action is None and default is None and any([patch["id"] in _proved for patch in patches]):
            continue  # a subparser put it there, and has proved it
        # Several parsers may have an argument of the same name: the one with this default is meant.
        own = [patch for patch in patches if same(default, patch["value"])]
        for patch in own or patches:
            wanted = patch["value"]
            if not own and patch["id"] in _proved:
                continue  # another parser with an argument of the same name
            converted = wanted
            if isinstance(wanted, str) and action is not None and action.type is not None:
                converted = parser._get_value(action, wanted)  # as argparse does with defaults that are text
            _write({patch["id"]: wanted if same(held, converted) else held})
