"""Problems by name: `registry()[name]` is the family and a function from the seed to the problem."""

import importlib

MODULES = ("bbob_problems", "tabular", "real", "multi", "fidelity")


def registry():
    found = {}
    for module in MODULES:
        found.update(importlib.import_module(f"problems.{module}").problems())
    return found
