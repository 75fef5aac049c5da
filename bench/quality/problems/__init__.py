"""Problems by name: `registry()[name]` is the family and a function from the seed to the problem."""

import importlib

MODULES = {
    "bbob5": "bbob_problems",
    "bbob20": "bbob_problems",
    "tabular": "tabular",
    "real": "real",
    "multi": "multi",
    "fidelity": "fidelity",
}


def registry(family=None):
    """Of one family, or of all; a family's libraries are loaded only for it."""
    modules = [MODULES[family]] if family else dict.fromkeys(MODULES.values())
    found = {}
    for module in modules:
        found.update(importlib.import_module(f"problems.{module}").problems())
    return found
