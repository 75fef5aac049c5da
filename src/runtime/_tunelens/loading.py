"""Gives listed files their trial's source wherever Python loads them from: imports, `-m`, `runpy`, spawned workers."""
from importlib.machinery import SourceFileLoader

from . import proof, run as current_run, source

_load_from_disk = SourceFileLoader.get_code
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
    code = code_for(self.path) if fullname == self.name else None
    return _load_from_disk(self, fullname) if code is None else code


def install():
    """Replaces the method on the class, so that finders of editable installs, which subclass or reuse it, are covered."""
    SourceFileLoader.get_code = _get_code


def install_runpy():
    """`runpy.run_path` is how multiprocessing's spawned workers and debuggers load the main script."""
    import runpy
    original = runpy._get_code_from_file

    def get_code_from_file(*args):
        path = args[-1]  # (run_name, path) up to Python 3.11, (path) since
        code = code_for(str(path))
        if code is None:
            return original(*args)
        return code if len(args) == 1 else (code, path)

    runpy._get_code_from_file = get_code_from_file
