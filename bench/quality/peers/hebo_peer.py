"""HEBO at its defaults. All parameters are always there; those without a meaning are ignored."""

import numpy as np
import torch
from hebo.design_space.design_space import DesignSpace
from hebo.optimizers.hebo import HEBO
from peers.space import complete


def configure(parameter):
    name, kind = parameter["name"], parameter["type"]
    if kind == "categorical":
        return {"name": name, "type": "cat", "categories": list(range(len(parameter["choices"])))}
    if kind == "ordinal":
        return {"name": name, "type": "int", "lb": 0, "ub": len(parameter["choices"]) - 1}
    bounds = {"lb": parameter["low"], "ub": parameter["high"]}
    if kind == "int":
        return {"name": name, "type": "pow_int" if parameter.get("log") else "int", **bounds}
    return {"name": name, "type": "pow" if parameter.get("log") else "num", **bounds}


class Study:
    def __init__(self, space, objectives, seed, budget, options, steps=None, reference=None):
        self.space = space
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        design = DesignSpace().parse([configure(parameter) for parameter in space])
        self.optimizer = HEBO(design, scramble_seed=seed)
        self.asked = []

    def ask(self):
        suggestion = self.optimizer.suggest(n_suggestions=1)
        self.asked.append(suggestion)
        values = suggestion.iloc[0].to_dict()
        for parameter in self.space:
            if parameter["type"] == "categorical":
                values[parameter["name"]] = parameter["choices"][int(values[parameter["name"]])]
        return {"number": len(self.asked) - 1, "params": complete(self.space, values)}

    def tell(self, number, values):
        self.optimizer.observe(self.asked[number], np.array([[values[0]]]))

    def report(self, number, step, value):
        return False
