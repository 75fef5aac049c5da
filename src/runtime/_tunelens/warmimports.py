"""Which libraries a script imports before anything that could change how they are imported. Runs nothing of the script.

Modules of the person's own are never imported here, since trials change them and people edit them: their source is
read for what they import in turn.
"""
import ast
import os
import sys
import sysconfig
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder, SourceFileLoader

from . import notebook, run as current_run

# Start services or talk to other processes when imported, or decide then whether there is a trial.
NEVER = frozenset(["tunelens", "_tunelens", "mpi4py", "horovod", "ray", "pyspark", "cupy", "pycuda", "torch_xla"])

# What mentions one of these may change what a later import does (`OMP_NUM_THREADS`, a folder put on the path, a module
# replaced): from where it is executed on, everything is left to the trial itself.
SUSPECTS = frozenset([
    "environ", "environb", "putenv", "unsetenv", "dotenv", "load_dotenv", "chdir", "__import__", "exec", "importlib",
    "addsitedir", "setdlopenflags", "setlocale", "umask",
])
SUSPECTS_OF_SYS = frozenset(["path", "modules", "meta_path", "path_hooks"])
_HERE = os.path.dirname(os.path.realpath(__file__))
OWN_FOLDERS = (_HERE, os.path.dirname(_HERE))
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class _Stop(Exception):
    pass


def library_roots():
    """Folders whose modules are libraries. A virtual environment inside the workspace is one, too."""
    paths = sysconfig.get_paths()
    roots = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    roots += [entry for entry in sys.path if os.path.basename(entry) in ("site-packages", "dist-packages")]
    return tuple(sorted({os.path.realpath(root) + os.sep for root in roots}))


def is_library(path, roots):
    return os.path.realpath(path).startswith(roots)


class Walk(object):
    """Goes through a script's imports in order and imports those that are of libraries."""

    def __init__(self, run, script):
        self.run = run
        self.roots = library_roots()
        self.seen = set()
        self.script = script
        self.imported = []
        self.risky = set()  # functions of the person's own that mention a suspect

    def all(self):
        try:
            self._file(self.script, "")
        except _Stop:
            pass

    def _file(self, path, package):
        real = os.path.realpath(path)
        if real in self.seen:
            return
        self.seen.add(real)
        entry = self.run.file_at(path)
        try:
            with open(path if entry is None else entry["snapshot"], "rb") as file:
                text = file.read()
            tree = ast.parse(text if entry is None else notebook.plain(entry, text), path)
        except (OSError, SyntaxError, ValueError):
            raise _Stop()  # the trial itself will say what is wrong
        self._statements(tree.body, package)

    def _statements(self, body, package):
        for statement in body:
            if isinstance(statement, ast.Import):
                for alias in statement.names:
                    self._module(alias.name, ())
            elif isinstance(statement, ast.ImportFrom):
                self._from(statement, package)
            elif self._is_suspect(statement):
                raise _Stop()
            elif isinstance(statement, (ast.Try, ast.With)) or _is_main_guard(statement):
                self._statements(statement.body, package)

    def _is_suspect(self, node):
        """Whether executing this may change later imports. The body of a function counts where it is called."""
        if isinstance(node, FUNCTIONS):
            if any([self._is_suspect(inner) for inner in node.body]):
                self.risky.add(node.name)
            outer = node.decorator_list + node.args.defaults + [value for value in node.args.kw_defaults if value]
            return any([self._is_suspect(inner) for inner in outer])
        if any(name in SUSPECTS or name in self.risky for name in _mentions(node)):
            return True
        return any([self._is_suspect(inner) for inner in ast.iter_child_nodes(node)])

    def _from(self, statement, package):
        names = tuple(alias.name for alias in statement.names)
        if statement.level == 0:
            self._module(statement.module, names)
            return
        parts = package.split(".") if package else []
        if statement.level > len(parts):
            return
        base = parts[:len(parts) - statement.level + 1]
        self._module(".".join(base + ([statement.module] if statement.module else [])), names)

    def _module(self, name, names):
        top = name.partition(".")[0]
        if top in NEVER:
            return
        if top in SUSPECTS:
            raise _Stop()
        local = self._local_folder(top)
        if local is not None:
            self._own(local, name, names)
            return
        try:
            __import__(name, {}, {}, [part for part in names if part != "*"])
            self.imported.append(name)
        except Exception:  # the trial will meet the same, and can say so in its log
            pass

    def _local_folder(self, top):
        """The folder that a module of the person's own is found in; None for a library, or when there is none."""
        if top in sys.builtin_module_names or BuiltinImporter.find_spec(top) or FrozenImporter.find_spec(top):
            return None
        spec = PathFinder.find_spec(top)
        if spec is None:
            return None
        places = [spec.origin] if spec.has_location else list(spec.submodule_search_locations or [])
        if not places or all(is_library(place, self.roots) for place in places):
            return None
        return os.path.dirname(os.path.dirname(places[0]) if spec.submodule_search_locations and spec.has_location
                               else places[0])

    def _own(self, folder, name, names):
        """Follows one import of the person's own: the packages on the way, the module, and submodules by name."""
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            self._own_file(folder, parts[:length])
        for extra in names:
            self._own_file(folder, parts + [extra])

    def _own_file(self, folder, parts):
        base = os.path.join(folder, *parts)
        package = os.path.join(base, "__init__.py")
        if os.path.isfile(package):
            self._file(package, ".".join(parts))
        elif os.path.isfile(base + ".py"):
            self._file(base + ".py", ".".join(parts[:-1]))


def _mentions(node):
    """Names that a node uses, of itself."""
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [(node.module or "").partition(".")[0]] + [alias.name for alias in node.names]
    if isinstance(node, ast.Attribute):
        of_sys = isinstance(node.value, ast.Name) and node.value.id == "sys" and node.attr in SUSPECTS_OF_SYS
        return ["environ" if of_sys else node.attr]
    return [node.id] if isinstance(node, ast.Name) else []


def _is_main_guard(statement):
    """`if __name__ == "__main__":`"""
    if not isinstance(statement, ast.If) or not isinstance(statement.test, ast.Compare):
        return False
    return isinstance(statement.test.left, ast.Name) and statement.test.left.id == "__name__"


class Guard(object):
    """Makes loading a file of the person's own an error: a module named like a library's would be loaded for good."""

    def __init__(self, roots):
        self.found = None  # what was loaded, in words; a library may have caught the error
        self._load = load = SourceFileLoader.get_code

        def get_code(loader, fullname):
            path = os.path.realpath(loader.path)
            if not path.startswith(roots) and os.path.dirname(path) not in OWN_FOLDERS:
                self.found = "%s is imported by a library, and found at %s" % (fullname, loader.path)
                raise ImportError(self.found)
            return load(loader, fullname)

        SourceFileLoader.get_code = get_code

    def remove(self):
        SourceFileLoader.get_code = self._load
