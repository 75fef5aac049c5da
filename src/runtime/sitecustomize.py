"""Found first on PYTHONPATH by every Python process of a trial: puts the hooks in place, then gives way.

Kept readable for any interpreter, because a trial may start other ones; the runtime itself needs 3.7.
"""
import os
import sys


def _next_sitecustomize():
    """Runs the sitecustomize that this one hides, as if this one were not there."""
    here = os.path.dirname(os.path.abspath(__file__))
    others = [entry for entry in sys.path if os.path.abspath(entry) != here]
    from importlib.machinery import PathFinder
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is None or spec.loader is None:
        return
    module = type(sys)("sitecustomize")
    module.__spec__, module.__loader__, module.__file__ = spec, spec.loader, spec.origin
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


if sys.version_info >= (3, 7):
    if os.environ.get("TUNELENS_RUN"):
        from _tunelens import activation
        activation.activate()
    _next_sitecustomize()
