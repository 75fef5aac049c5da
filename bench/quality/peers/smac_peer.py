"""SMAC3 by its facades at their defaults: `hpo` (random forest) and `bb` (Gaussian process, for numbers only)."""

import logging
import tempfile

from ConfigSpace import (
    AndConjunction,
    Categorical,
    ConfigurationSpace,
    EqualsCondition,
    Float,
    InCondition,
    Integer,
    OrdinalHyperparameter,
)
from smac import BlackBoxFacade, HyperparameterOptimizationFacade, Scenario
from smac.runhistory import TrialValue

logging.disable(logging.CRITICAL)


def configure(parameter):
    name, kind = parameter["name"], parameter["type"]
    if kind == "categorical":
        # Indices: ConfigSpace gives other types of value back as text.
        return Categorical(name, list(range(len(parameter["choices"]))))
    if kind == "ordinal":
        return OrdinalHyperparameter(name, list(range(len(parameter["choices"]))))
    bounds, log = (parameter["low"], parameter["high"]), bool(parameter.get("log"))
    return Float(name, bounds, log=log) if kind == "float" else Integer(name, bounds, log=log)


def conditions(space, made):
    by_name = {parameter["name"]: parameter for parameter in space}
    for parameter in space:
        parts = []
        for parent, values in parameter.get("when", {}).items():
            choices = by_name[parent].get("choices")
            places = values if choices is None else [choices.index(value) for value in values]
            child, above = made[parameter["name"]], made[parent]
            parts.append(
                EqualsCondition(child, above, places[0]) if len(places) == 1 else InCondition(child, above, places)
            )
        if parts:
            yield parts[0] if len(parts) == 1 else AndConjunction(*parts)


class Study:
    def __init__(self, space, objectives, seed, budget, options, steps=None, reference=None):
        self.space = space
        made = {parameter["name"]: configure(parameter) for parameter in space}
        config_space = ConfigurationSpace(seed=seed)
        config_space.add(list(made.values()))
        config_space.add(list(conditions(space, made)))
        scenario = Scenario(
            config_space,
            n_trials=budget,
            seed=seed,
            deterministic=True,
            output_directory=tempfile.mkdtemp(prefix="smac-"),
        )
        facade = {"hpo": HyperparameterOptimizationFacade, "bb": BlackBoxFacade}[options["facade"]]
        self.smac = facade(scenario, lambda config, seed=0: 0.0, overwrite=True, logging_level=False)
        self.asked = {}

    def ask(self):
        info = self.smac.ask()
        number = len(self.asked)
        self.asked[number] = info
        values = dict(info.config)
        params = {}
        for parameter in self.space:
            if parameter["name"] not in values:
                continue
            value = values[parameter["name"]]
            if parameter["type"] in ("categorical", "ordinal"):
                params[parameter["name"]] = parameter["choices"][int(value)]
            else:
                params[parameter["name"]] = float(value) if parameter["type"] == "float" else int(value)
        return {"number": number, "params": params}

    def tell(self, number, values):
        self.smac.tell(self.asked[number], TrialValue(cost=values[0]))

    def report(self, number, step, value):
        return False
