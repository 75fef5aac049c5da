"""What every problem of this benchmark is: a space, a way to evaluate, and what is known of its best."""

import math

import numpy as np


class Problem:
    """To be minimised in every objective.

    `space` is a list of parameters, each a dict: `name`, `type` (float, int, ordinal, categorical), `low`, `high` and
    `log` or `choices`, and `when`, a dict from a parent's name to the values under which the parameter exists. Parents
    stand before their children. The choices of an ordinal are in order.
    """

    name = ""
    family = ""
    # Raised when values change, so that older results are not mixed with newer ones.
    revision = 1
    trials = 200
    # The least noise-free value, where it is known.
    optimum = None
    objectives = 1
    space = ()

    def evaluate(self, params, noise):
        """The value a method sees; `noise` is a numpy generator made from seed and trial."""
        raise NotImplementedError

    def truth(self, params, observed):
        """The noise-free value of `params`, by which methods are judged."""
        return observed

    def curve(self, observed, truth):
        """After each trial, the true value of what a user would take: the trial with the best observed value."""
        taken, values = None, []
        for i, value in enumerate(observed):
            if math.isfinite(value) and (taken is None or value < observed[taken]):
                taken = i
            values.append(None if taken is None else truth[taken])
        return values


def floats(names, low, high, **more):
    return [{"name": name, "type": "float", "low": low, "high": high, **more} for name in names]


def exists(parameter, params):
    """Whether the parameter is there, given the values of its parents."""
    return all(parent in params and params[parent] in values for parent, values in parameter.get("when", {}).items())


def draw(space, generator):
    """One point of the space, uniform in each parameter (in the logarithm where that is asked for)."""
    params = {}
    for parameter in space:
        if not exists(parameter, params):
            continue
        kind = parameter["type"]
        if kind in ("ordinal", "categorical"):
            choices = parameter["choices"]
            value = choices[int(generator.integers(len(choices)))]
        else:
            low, high = parameter["low"], parameter["high"]
            if kind == "int":
                low, high = low - 0.5, high + 0.5
            if parameter.get("log"):
                value = float(np.exp(generator.uniform(np.log(low), np.log(high))))
            else:
                value = float(generator.uniform(low, high))
            if kind == "int":
                value = int(min(parameter["high"], max(parameter["low"], round(value))))
            else:
                value = min(parameter["high"], max(parameter["low"], value))
        params[parameter["name"]] = value
    return params
