"""Runs the main script in place of the interpreter, which would compile it out of reach."""
import builtins
import os
import sys
from importlib.machinery import SourceFileLoader

from . import activation, loading, proof, source, stopping, run as current_run


def run(arguments):
    """`arguments` are the script and its own arguments. Returns when the script has ended well."""
    if not arguments:
        sys.exit("tunelens_main.py: which script?")
    if current_run.current() is None:
        sys.exit("The run's description %s is gone." % os.environ.get("TUNELENS_RUN"))
    activation.activate()
    script = arguments[0]
    path = os.path.abspath(script) if sys.version_info >= (3, 9) else script  # what Python calls `__file__`
    entry = current_run.current().file_at(path)
    cells = None if entry is None else entry.get("cells")
    code = None if cells else loading.code_for(path)
    if code is None and not cells:
        code = _unlisted(path)
    proof.watch_end()
    sys.argv = list(arguments)
    sys.path[0] = os.path.dirname(os.path.realpath(script))
    namespace = _fresh_main(path).__dict__
    try:
        stopping.install()
        if cells:
            from . import notebook
            notebook.run(entry, path, namespace)
        else:
            exec(code, namespace)
    except SystemExit:
        raise
    except stopping.TrialStopped:
        raise SystemExit(stopping.STOPPED_EXIT_CODE) from None
    except BaseException as error:
        _show(error)
        raise SystemExit(130 if isinstance(error, KeyboardInterrupt) else 1) from None


def _unlisted(path):
    try:
        with open(path, "rb") as file:
            return compile(file.read(), path, "exec", dont_inherit=True)
    except OSError as error:
        sys.exit("%s: can't open file %r: %s" % (sys.executable, path, error))


def _fresh_main(path):
    """A `__main__` of its own, so that pickled classes and spawned workers find the script and not this wrapper."""
    module = type(sys)("__main__")
    module.__file__ = path
    module.__builtins__ = builtins
    module.__loader__ = SourceFileLoader("__main__", path)
    module.__cached__ = None
    if sys.version_info < (3, 14):
        module.__annotations__ = {}
    sys.modules["__main__"] = module
    return module


def _show(error):
    """The traceback as the script alone would have had it, with the text that really ran."""
    here = os.path.dirname(os.path.abspath(__file__))
    trace = error.__traceback__
    while trace is not None and os.path.dirname(trace.tb_frame.f_code.co_filename) == here:
        trace = trace.tb_next
    error.__traceback__ = trace
    if sys.excepthook is not sys.__excepthook__:
        sys.excepthook(type(error), error, trace)
        return
    import linecache
    import traceback
    for path, entry in loading.known_as.items():
        # No modification time: the entry stands, even when the file on disk was edited meanwhile.
        text = source.read(entry, with_reports=False).decode("utf-8", "replace")
        linecache.cache[path] = (len(text), None, text.splitlines(True), path)
    try:
        sys.stdout.flush()
    except Exception:  # the script closed it
        pass
    traceback.print_exception(type(error), error, trace)
