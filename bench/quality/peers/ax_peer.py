"""Ax with BoTorch, by its client, at its defaults. All parameters are always there; those without a meaning are ignored."""

import logging

from ax.api.client import Client
from ax.api.configs import ChoiceParameterConfig, RangeParameterConfig
from peers.space import complete

logging.disable(logging.CRITICAL)

TYPES = ((bool, "bool"), (int, "int"), (float, "float"), (str, "str"))


def configure(parameter):
    name, kind = parameter["name"], parameter["type"]
    if kind in ("float", "int"):
        scaling = "log" if parameter.get("log") else "linear"
        return RangeParameterConfig(
            name=name, bounds=(parameter["low"], parameter["high"]), parameter_type=kind, scaling=scaling
        )
    if kind == "ordinal":
        return RangeParameterConfig(name=name, bounds=(0, len(parameter["choices"]) - 1), parameter_type="int")
    choices = parameter["choices"]
    found = next(word for type, word in TYPES if all(isinstance(value, type) for value in choices))
    return ChoiceParameterConfig(name=name, values=choices, parameter_type=found, is_ordered=False)


class Study:
    def __init__(self, space, objectives, seed, budget, options, steps=None, reference=None):
        self.space = space
        # A list of one value is no parameter to Ax.
        self.fixed = {p["name"]: p["choices"][0] for p in space if len(p.get("choices", (0, 0))) == 1}
        self.client = Client(random_seed=seed)
        self.client.configure_experiment([configure(p) for p in space if p["name"] not in self.fixed])
        self.names = [f"value{i}" for i in range(objectives)]
        thresholds = (
            [f"{name} <= {limit}" for name, limit in zip(self.names, reference, strict=True)] if reference else None
        )
        objective = ", ".join(f"-{name}" for name in self.names)
        self.client.configure_optimization(objective=objective, outcome_constraints=thresholds)
        self.client.configure_generation_strategy(initialization_random_seed=seed)

    def ask(self):
        ((number, values),) = self.client.get_next_trials(max_trials=1).items()
        return {"number": number, "params": complete(self.space, {**self.fixed, **values})}

    def tell(self, number, values):
        self.client.complete_trial(trial_index=number, raw_data=dict(zip(self.names, values, strict=True)))

    def report(self, number, step, value):
        return False
