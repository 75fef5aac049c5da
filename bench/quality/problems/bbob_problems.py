"""The BBOB functions as problems: the seed chooses the instance, so that every seed has another optimum."""

from problems.bbob import BOX, Bbob
from problems.problem import Problem, floats


class BbobProblem(Problem):
    def __init__(self, function, dimension, seed):
        self.name = f"bbob-f{function:02d}-{dimension}d"
        self.family = f"bbob{dimension}"
        self.space = floats([f"x{i}" for i in range(dimension)], -BOX, BOX)
        # Instance 1 belongs to seed 0.
        self.function = Bbob(function, seed + 1, dimension)
        self.optimum = self.function.f_opt

    def evaluate(self, params, noise):
        return self.function([params[parameter["name"]] for parameter in self.space])


def problems():
    return {
        f"bbob-f{function:02d}-{dimension}d": (
            f"bbob{dimension}",
            lambda seed, function=function, dimension=dimension: BbobProblem(function, dimension, seed),
        )
        for dimension in (5, 20)
        for function in range(1, 25)
    }
