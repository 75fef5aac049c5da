"""Runs the code of a notebook as its kernel would: cell after cell in one namespace, without a kernel.

The snapshot of a notebook is its code as one text; `cells` of its entry say on which lines each cell stands, and what
Python runs in place of lines that only IPython understands. A cell is compiled by itself, so that tracebacks name it.
"""
import __future__
import os
import sys

from . import proof, source

_TOP_LEVEL_AWAIT = 0x2000  # ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, from Python 3.8 on
_COROUTINE = 0x80  # inspect.CO_COROUTINE


def _future_flags(code):
    """The `from __future__` imports of a cell hold for those below, as in IPython."""
    features = [getattr(__future__, name).compiler_flag for name in __future__.all_feature_names]
    return sum({flag for flag in features if flag > 0xFFFF and code.co_flags & flag})


def plain(entry, data):
    """The text of an entry as Python alone understands it. Lines keep their numbers."""
    if not entry.get("cells"):
        return data
    lines = data.split(b"\n")
    for cell in entry["cells"]:
        for line, text in cell["instead"].items():
            lines[int(line)] = text.encode("utf-8")
    return b"\n".join(lines)


def run(entry, path, namespace):
    """Runs the cells in `namespace`, which is that of `__main__`."""
    import linecache
    del namespace["__file__"]  # a kernel has none, and scripts look whether there is one
    namespace.setdefault("get_ipython", lambda: None)  # as IPython's own outside a kernel
    namespace.setdefault("display", _display)
    os.environ.setdefault("MPLBACKEND", "Agg")  # a plot must not wait for somebody to close its window
    lines = plain(entry, source.read(entry)).decode("utf-8").split("\n")
    proof.loaded(entry)
    shown = source.read(entry, with_reports=False).decode("utf-8").split("\n")
    flags = 0
    loop = None
    for cell in entry["cells"]:
        first, end = cell["line"], cell["line"] + cell["lines"]
        name = "%s, cell %d" % (path, cell["number"])
        # For tracebacks, and for those that read the source of a function (inspect, torch.jit, numba).
        text = "\n".join(shown[first:end]) + "\n"
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        awaits = _TOP_LEVEL_AWAIT if sys.version_info >= (3, 8) else 0
        code = compile("\n".join(lines[first:end]) + "\n", name, "exec", flags | awaits, dont_inherit=True)
        flags |= _future_flags(code)
        if not code.co_flags & _COROUTINE:
            exec(code, namespace)
            continue
        if loop is None:
            import asyncio
            loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
        loop.run_until_complete(eval(code, namespace))


def _display(*values, **_):
    for value in values:
        print(value if isinstance(value, str) else repr(value))
