"""Hyperopt's TPE (also its annealing and random search). Conditions become nested choices, as Hyperopt wants them."""

import hyperopt
import numpy as np
from hyperopt import hp
from hyperopt.base import JOB_STATE_DONE, STATUS_OK, Domain
from peers.space import complete


class Nested:
    """
    The space as Hyperopt's expression; a child that exists under several choices has a label for each of them.

    Under a number nothing nests: what depends on one is always there.
    """

    def __init__(self, space):
        choices = {parameter["name"] for parameter in space if parameter["type"] == "categorical"}
        self.space = [
            {**parameter, "when": {name: values for name, values in parameter.get("when", {}).items() if name in choices}}
            for parameter in space
        ]

    def expression(self):
        return self._level([parameter for parameter in self.space if not parameter["when"]], "")

    def _level(self, parameters, suffix):
        return {parameter["name"]: self._one(parameter, suffix) for parameter in parameters}

    def _one(self, parameter, suffix):
        name, kind = parameter["name"], parameter["type"]
        label = name + suffix
        if kind == "categorical":
            return hp.choice(label, [self._choice(name, i, value, suffix) for i, value in enumerate(parameter["choices"])])
        if kind == "ordinal":
            return hp.uniformint(label, 0, len(parameter["choices"]) - 1)
        low, high = parameter["low"], parameter["high"]
        if kind == "int":
            if parameter.get("log"):
                return hp.qloguniform(label, np.log(low), np.log(high), 1)
            return hp.uniformint(label, low, high)
        return hp.loguniform(label, np.log(low), np.log(high)) if parameter.get("log") else hp.uniform(label, low, high)

    def _choice(self, name, place, value, suffix):
        # Only the nearest parent nests; what stands under it is nested in its own turn.
        children = [
            parameter
            for parameter in self.space
            if value in parameter["when"].get(name, ())
        ]
        return {"value": value, **self._level(children, f"{suffix}/{name}={place}")}


def flatten(nested, values):
    for name, value in nested.items():
        if isinstance(value, dict):
            values[name] = value["value"]
            flatten({key: inner for key, inner in value.items() if key != "value"}, values)
        else:
            values[name] = value
    return values


class Study:
    def __init__(self, space, objectives, seed, budget, options, steps=None, reference=None):
        self.space = space
        self.expression = Nested(space).expression()
        self.suggest = {"tpe": hyperopt.tpe, "anneal": hyperopt.anneal, "random": hyperopt.rand}[options["algo"]].suggest
        self.domain = Domain(lambda values: values, self.expression)
        self.trials = hyperopt.Trials()
        self.generator = np.random.default_rng(seed)

    def ask(self):
        ids = self.trials.new_trial_ids(1)
        self.trials.refresh()
        documents = self.suggest(ids, self.domain, self.trials, int(self.generator.integers(2**31 - 1)))
        self.trials.insert_trial_docs(documents)
        self.trials.refresh()
        chosen = {label: values[0] for label, values in documents[0]["misc"]["vals"].items() if values}
        values = flatten(hyperopt.space_eval(self.expression, chosen), {})
        return {"number": ids[0], "params": complete(self.space, values)}

    def tell(self, number, values):
        for trial in self.trials._dynamic_trials:
            if trial["tid"] == number:
                trial["state"] = JOB_STATE_DONE
                trial["result"] = {"loss": values[0], "status": STATUS_OK}
        self.trials.refresh()

    def report(self, number, step, value):
        return False
