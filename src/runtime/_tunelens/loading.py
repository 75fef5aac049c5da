"""Gives listed files their trial's source wherever Python loads them from: imports, `-m`, `runpy`, spawned workers."""
import sys
from importlib.machinery import SourceFileLoader

from . import proof, run as current_run, source

_load_from_disk = SourceFileLoader.get_code
# Modules that load a main script by a function of their own: the library's, and the debugger's copy of it.
_RUNPYS = ("runpy", "_pydevd_bundle.pydevd_runpy")
runpy_codes = {}
_installed = False
known_as = {}  # path the interpreter knows a loaded file by -> its entry


def code_for(path):
    """Code of a listed file as this trial runs it, or None when the file is not listed."""
    run = current_run.current()
    entry = None if run is None else run.file_at(path)
    if entry is None:
        return None
    code = source.compiled(entry, path)
    known_as[path] = entry
    proof.loaded(entry)
    return code


def _get_code(self, fullname):
    if fullname in _RUNPYS:
        return _hooked_runpy(self, fullname)
    code = code_for(self.path) if fullname == self.name else None
    return _load_from_disk(self, fullname) if code is None else code


def install():
    """Replaces the method on the class, so that finders of editable installs, which subclass or reuse it, are covered."""
    global _installed
    if _installed:  # by the warm parent
        return
    _installed = True
    SourceFileLoader.get_code = _get_code
    if sys.version_info >= (3, 11):  # frozen there: no loader of ours sees it, and it costs little
        import runpy
        hook_runpy(runpy.__dict__)


def _hooked_runpy(loader, fullname):
    """Before 3.11 `runpy` costs 5 ms, so it is hooked when, and if, it is imported."""
    runpy_codes[fullname] = _load_from_disk(loader, fullname)
    source_text = "from _tunelens import loading\nexec(loading.runpy_codes[%r])\nloading.hook_runpy(globals())\n" % fullname
    return compile(source_text, loader.path, "exec", dont_inherit=True)


def hook_runpy(namespace):
    """`runpy.run_path` is how multiprocessing's spawned workers and debuggers load the main script."""
    original = namespace["_get_code_from_file"]

    def get_code_from_file(*args):
        path = args[-1]  # (run_name, path) up to Python 3.11, (path) since
        code = code_for(str(path))
        if code is None:
            return original(*args)
        return code if len(args) == 1 else (code, path)

    namespace["_get_code_from_file"] = get_code_from_file
