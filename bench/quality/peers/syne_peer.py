"""Syne Tune's ASHA and BOHB (stopping form) for learning curves, and CQR for plain problems, run one trial at a time."""

import datetime
import logging

from peers.space import complete
from syne_tune.backend.trial_status import Trial
from syne_tune.config_space import choice, lograndint, loguniform, randint, uniform
from syne_tune.optimizer import baselines
from syne_tune.optimizer.scheduler import SchedulerDecision

logging.disable(logging.CRITICAL)


def domain(parameter):
    kind = parameter["type"]
    if kind == "categorical":
        return choice(parameter["choices"])
    if kind == "ordinal":
        return randint(0, len(parameter["choices"]) - 1)
    low, high, log = parameter["low"], parameter["high"], parameter.get("log")
    if kind == "int":
        return lograndint(low, high) if log else randint(low, high)
    return loguniform(low, high) if log else uniform(low, high)


class Study:
    def __init__(self, space, objectives, seed, budget, options, steps=None, reference=None):
        self.space = space
        self.steps = steps
        kind = getattr(baselines, options["scheduler"])
        config = {parameter["name"]: domain(parameter) for parameter in space}
        resource = {} if steps is None else {"time_attr": "epoch", "max_t": steps}
        self.scheduler = kind(config, metric="value", do_minimize=True, random_seed=seed, **resource)
        self.trials = {}

    def ask(self):
        number = len(self.trials)
        suggestion = self.scheduler.suggest()
        trial = Trial(number, suggestion.config, datetime.datetime.now())
        self.trials[number] = trial
        self.scheduler.on_trial_add(trial)
        return {"number": number, "params": complete(self.space, suggestion.config)}

    def tell(self, number, values):
        if self.steps is None:
            self.scheduler.on_trial_complete(self.trials[number], {"value": values[0]})

    def report(self, number, step, value):
        result = {"value": value, "epoch": step}
        if step >= self.steps:
            self.scheduler.on_trial_complete(self.trials[number], result)
            return False
        return self.scheduler.on_trial_result(self.trials[number], result) == SchedulerDecision.STOP
