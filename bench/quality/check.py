"""Checks the BBOB functions against values of COCO's own code, and hypervolumes against closed forms.

`check.py` reads `fixtures/coco.json`; `check.py --write` makes it anew with PyPI's `coco-experiment`.
"""

import json
import sys
from pathlib import Path

import numpy as np

from problems.bbob import Bbob
from problems.multi import TASKS, best_volume, front, hypervolume

FIXTURE = Path(__file__).parent / "fixtures/coco.json"
DIMENSIONS = (2, 5, 20)
INSTANCES = (1, 2, 3)


def points(dimension):
    """Four points without a pattern, the last with coordinates outside the box, where penalties count."""
    steps = np.arange(1, dimension + 1)
    return [size * np.sin(steps * steps * frequency) for size, frequency in ((4.9, 0.7), (3.3, 1.9), (0.6, 2.3), (6, 1.1))]


def write():
    import cocoex

    values = {}
    suite = cocoex.Suite("bbob", "instances:1-3", "dimensions:2,5,20")
    for problem in suite:
        key = f"f{problem.id_function} i{problem.id_instance} d{problem.dimension}"
        values[key] = [float(problem(x)) for x in points(problem.dimension)]
    source = {"package": "coco-experiment", "version": cocoex.__version__, "suite": "bbob"}
    FIXTURE.parent.mkdir(exist_ok=True)
    FIXTURE.write_text(json.dumps({"source": source, "values": values}) + "\n", encoding="utf-8")


def check_bbob():
    """Complaints, and how many values were compared."""
    values = json.loads(FIXTURE.read_text(encoding="utf-8"))["values"]
    complaints, compared = [], 0
    for function in range(1, 25):
        for instance in INSTANCES:
            for dimension in DIMENSIONS:
                key = f"f{function} i{instance} d{dimension}"
                mine = Bbob(function, instance, dimension)
                for x, theirs in zip(points(dimension), values[key], strict=True):
                    compared += 1
                    error = abs(mine(x) - theirs) / max(1, abs(theirs))
                    if not error <= 1e-9:
                        complaints.append(f"{key}: {mine(x)} instead of {theirs}")
                least = mine(mine.x_opt) - mine.f_opt
                if not abs(least) <= 1e-6:
                    complaints.append(f"{key}: {least} above f_opt at x_opt")
                if np.max(np.abs(mine.x_opt)) > 5:
                    complaints.append(f"{key}: the optimum lies outside the box")
    return complaints, compared


def check_volumes():
    complaints = []
    if abs(hypervolume([[1, 3], [2, 2], [3, 1]], np.array([4.0, 4.0])) - 6) > 1e-12:
        complaints.append("a staircase of three points has volume 6")
    if abs(hypervolume([[1, 1, 1], [0, 2, 2], [2, 0, 2]], np.array([3.0, 3.0, 3.0])) - 10) > 1e-12:
        complaints.append("three boxes that overlap have volume 10")
    for name, exact in (
        ("zdt1", 1.1 * 6 - 1 / 3),  # the front is y = 1 - sqrt(x)
        ("zdt2", 1.1 * 7 - 2 / 3),  # y = 1 - x^2
    ):
        if abs(best_volume(name) - exact) > 1e-3:
            complaints.append(f"{name}: {best_volume(name)} instead of {exact}")
    # A grid of the front stays below the closed form, and near it.
    family, kind, dimension, objectives, reference = TASKS["dtlz2"]
    grid = hypervolume(front(family, kind, dimension, objectives), np.array(reference))
    if not 0 < best_volume("dtlz2") - grid < 0.02:
        complaints.append(f"dtlz2: {grid} on a grid, {best_volume('dtlz2')} in closed form")
    return complaints


def main():
    if "--write" in sys.argv:
        write()
        return 0
    complaints, compared = check_bbob()
    complaints += check_volumes()
    print("\n".join(complaints) or f"{compared} values of 24 functions agree")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
