"""ZDT 1, 2, 3, 4, 6 (Zitzler, Deb, Thiele 2000) and DTLZ 1, 2, 5, 7 (Deb, Thiele, Laumanns, Zitzler 2002).

Judged by hypervolume: the part of the true front's hypervolume that the trials so far do not dominate, between 0 and 1.
The seed only chooses the methods' randomness; the functions are what they are.
"""

import functools
import math

import numpy as np

from problems.problem import Problem, floats


def hypervolume(points, reference):
    """Volume that `points` dominate below `reference`; by slicing the last objective."""
    points = np.asarray(points, float)
    if len(points) == 0:
        return 0.0
    points = points[np.all(points < reference, axis=1)]
    if len(points) == 0:
        return 0.0
    if points.shape[1] == 1:
        return float(reference[0] - points.min())
    if points.shape[1] == 2:
        points = points[np.argsort(points[:, 0], kind="stable")]
        volume, height = 0.0, reference[1]
        for x, y in points:
            if y < height:
                volume += (reference[0] - x) * (height - y)
                height = y
        return float(volume)
    points = points[np.argsort(points[:, -1], kind="stable")]
    volume = 0.0
    for i in range(len(points)):
        top = points[i + 1, -1] if i + 1 < len(points) else reference[-1]
        if top > points[i, -1]:
            volume += (top - points[i, -1]) * hypervolume(points[: i + 1, :-1], reference[:-1])
    return volume


def non_dominated(points):
    points = np.unique(points, axis=0)
    return np.array(
        [p for p in points if not np.any(np.all(points <= p, axis=1) & np.any(points < p, axis=1))]
    )


def zdt(kind, x):
    first = x[0]
    rest = x[1:]
    if kind == 4:
        g = 1 + 10 * len(rest) + np.sum(rest**2 - 10 * np.cos(4 * np.pi * rest))
    elif kind == 6:
        first = 1 - math.exp(-4 * x[0]) * math.sin(6 * math.pi * x[0]) ** 6
        g = 1 + 9 * np.mean(rest) ** 0.25
    else:
        g = 1 + 9 * np.mean(rest)
    ratio = first / g
    h = {
        1: 1 - math.sqrt(ratio),
        2: 1 - ratio**2,
        3: 1 - math.sqrt(ratio) - ratio * math.sin(10 * math.pi * first),
        4: 1 - math.sqrt(ratio),
        6: 1 - ratio**2,
    }[kind]
    return [float(first), float(g * h)]


def dtlz(kind, x, objectives):
    head, rest = x[: objectives - 1], x[objectives - 1 :]
    if kind == 7:
        g = 1 + 9 * np.mean(rest)
        h = objectives - np.sum(head / (1 + g) * (1 + np.sin(3 * np.pi * head)))
        return [*map(float, head), float((1 + g) * h)]
    if kind == 1:
        g = 100 * (len(rest) + np.sum((rest - 0.5) ** 2 - np.cos(20 * np.pi * (rest - 0.5))))
        values = []
        for i in range(objectives):
            value = 0.5 * (1 + g) * np.prod(head[: objectives - 1 - i])
            values.append(float(value * (1 - head[objectives - 1 - i]) if i > 0 else value))
        return values
    g = np.sum((rest - 0.5) ** 2)
    angles = head * math.pi / 2
    if kind == 5:
        angles = np.concatenate([angles[:1], math.pi / (4 * (1 + g)) * (1 + 2 * g * head[1:])])
    values = []
    for i in range(objectives):
        value = (1 + g) * np.prod(np.cos(angles[: objectives - 1 - i]))
        values.append(float(value * math.sin(angles[objectives - 1 - i]) if i > 0 else value))
    return values


# Name: kind, dimension, objectives, reference point. References lie where random points do contribute.
TASKS = {
    "zdt1": ("zdt", 1, 6, 2, [1.1, 6.0]),
    "zdt2": ("zdt", 2, 6, 2, [1.1, 7.0]),
    "zdt3": ("zdt", 3, 6, 2, [1.1, 6.0]),
    "zdt4": ("zdt", 4, 5, 2, [1.1, 100.0]),
    "zdt6": ("zdt", 6, 6, 2, [1.1, 9.0]),
    "dtlz1": ("dtlz", 1, 6, 3, [200.0, 200.0, 200.0]),
    "dtlz2": ("dtlz", 2, 6, 3, [1.5, 1.5, 1.5]),
    "dtlz5": ("dtlz", 5, 6, 3, [1.5, 1.5, 1.5]),
    "dtlz7": ("dtlz", 7, 5, 3, [1.1, 1.1, 20.0]),
    "dtlz2-4": ("dtlz", 2, 7, 4, [1.5, 1.5, 1.5, 1.5]),
}


def front(family, kind, dimension, objectives):
    """Points of the true front: the distance variables at their best, the others on a fine grid."""
    if family == "zdt":
        grid = np.linspace(0, 1, 4001)
        points = np.array([zdt(kind, np.array([t, *[0.0] * (dimension - 1)])) for t in grid])
        return non_dominated(points) if kind == 3 else points
    best = 0.0 if kind == 7 else 0.5
    side = {3: 61, 4: 17}[objectives]
    axes = np.meshgrid(*[np.linspace(0, 1, side)] * (objectives - 1))
    heads = np.stack([axis.ravel() for axis in axes], axis=1)
    rest = [best] * (dimension - objectives + 1)
    points = np.array([dtlz(kind, np.array([*head, *rest]), objectives) for head in heads])
    return non_dominated(points) if kind == 7 else points


@functools.lru_cache(maxsize=None)
def best_volume(name):
    """Hypervolume of the true front, in closed form where there is one, else of a fine grid of its points."""
    family, kind, dimension, objectives, reference = TASKS[name]
    whole = float(np.prod(reference))
    if family == "dtlz" and kind == 1:
        # Below the plane of sum 1/2 lies a simplex of volume (1/2)^m / m!.
        return whole - 0.5**objectives / math.factorial(objectives)
    if family == "dtlz" and kind == 2:
        # What is not dominated is the unit ball's part with positive coordinates.
        ball = {3: 4 * math.pi / 3, 4: math.pi**2 / 2}[objectives]
        return whole - ball / 2**objectives
    return hypervolume(front(family, kind, dimension, objectives), np.array(reference))


class MultiProblem(Problem):
    family = "multi"
    optimum = 0.0

    def __init__(self, name):
        self.name = name
        self.kind, self.number, dimension, self.objectives, self.reference = TASKS[name]
        self.space = floats([f"x{i}" for i in range(dimension)], 0.0, 1.0)
        if name == "zdt4":
            self.space = self.space[:1] + floats([f"x{i}" for i in range(1, dimension)], -5.0, 5.0)

    def evaluate(self, params, noise):
        x = np.array([params[parameter["name"]] for parameter in self.space])
        return zdt(self.number, x) if self.kind == "zdt" else dtlz(self.number, x, self.objectives)

    def curve(self, observed, truth):
        """Share of the front's hypervolume that is still missing, after each trial."""
        reference = np.array(self.reference)
        whole = best_volume(self.name)
        kept = np.empty((0, self.objectives))
        volume, values = 0.0, []
        for value in np.array(truth, float):
            if np.all(value < reference) and not np.any(np.all(kept <= value, axis=1)):
                # What is new is the point's own box less what the others dominate within it.
                shared = non_dominated(np.maximum(kept, value)) if len(kept) > 0 else kept
                volume += float(np.prod(reference - value)) - hypervolume(shared, reference)
                kept = np.vstack([kept[~np.all(value <= kept, axis=1)], value])
            values.append(float(max(0.0, 1 - volume / whole)))
        return values


def problems():
    return {name: ("multi", lambda seed, name=name: MultiProblem(name)) for name in TASKS}
