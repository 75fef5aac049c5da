"""Optuna 5 with each of its samplers at its defaults.

An ordered list of choices is an integer index, which suits Optuna's samplers better than a category.
"""

import optuna
from peers.space import exists, plain

optuna.logging.set_verbosity(optuna.logging.ERROR)


def has_choices(space):
    return any(parameter["type"] == "categorical" for parameter in space)


def has_conditions(space):
    return any("when" in parameter for parameter in space)


def cmaes(space, seed, **more):
    # The margin keeps integers from collapsing on one value.
    whole = any(parameter["type"] in ("int", "ordinal") for parameter in space)
    return optuna.samplers.CmaEsSampler(seed=seed, with_margin=whole, **more)


def create(name, space, objectives, seed):
    samplers = optuna.samplers
    if name == "tpe":
        return samplers.TPESampler(seed=seed)
    if name == "tpe-univariate":  # the default before 5.0
        return samplers.TPESampler(seed=seed, multivariate=False)
    if name == "gp":
        return samplers.GPSampler(seed=seed)
    if name == "cmaes":
        return cmaes(space, seed)
    if name == "nsga2":
        return samplers.NSGAIISampler(seed=seed)
    if name == "nsga3":
        return samplers.NSGAIIISampler(seed=seed)
    if name == "random":
        return samplers.RandomSampler(seed=seed)
    raise ValueError(f"There is no sampler {name}.")


class AutoRule:
    """AutoSampler's published rule (OptunaHub, 2026-08), from the same samplers; the hub itself is a download."""

    switch = 250

    def __init__(self, space, objectives, seed):
        self.space, self.objectives, self.seed = space, objectives, seed
        self.made = {}

    def _of(self, name):
        if name not in self.made:
            if name == "warm-cmaes":
                self.made[name] = None  # made from the study's first trials
            else:
                self.made[name] = create(name, self.space, self.objectives, self.seed)
        return self.made[name]

    def next(self, study):
        done = len(study.trials)
        if self.objectives == 1:
            if done == 0:
                return self._of("random")
            if has_choices(self.space) or has_conditions(self.space):
                return self._of("tpe")
            if done < self.switch:
                return self._of("gp")
            if self._of("warm-cmaes") is None:
                self.made["warm-cmaes"] = cmaes(self.space, self.seed, source_trials=study.trials[: self.switch])
            return self.made["warm-cmaes"]
        if has_conditions(self.space):
            return self._of("tpe")
        if done < self.switch:
            return self._of("tpe" if self.objectives >= 4 or has_choices(self.space) else "gp")
        return self._of("nsga2" if self.objectives < 4 else "nsga3")


def create_pruner(name, steps):
    if name == "hyperband":
        return optuna.pruners.HyperbandPruner(min_resource=1, max_resource=steps, reduction_factor=3)
    if name == "median":
        return optuna.pruners.MedianPruner()
    if name == "asha":
        return optuna.pruners.SuccessiveHalvingPruner()
    return optuna.pruners.NopPruner()


class Study:
    def __init__(self, space, objectives, seed, budget, options, steps=None, reference=None):
        self.space = space
        name = options["sampler"]
        self.rule = AutoRule(space, objectives, seed) if name == "auto" else None
        self.study = optuna.create_study(
            directions=["minimize"] * objectives,
            sampler=None if self.rule else create(name, space, objectives, seed),
            pruner=create_pruner(options.get("pruner"), steps),
            study_name=f"seed-{seed}",  # Hyperband places a trial by the study's name
        )
        self.running = {}

    def ask(self):
        if self.rule:
            self.study.sampler = self.rule.next(self.study)
        trial = self.study.ask()
        params = {}
        for parameter in self.space:
            if exists(parameter, params):
                params[parameter["name"]] = plain(parameter, self._suggest(trial, parameter))
        self.running[trial.number] = trial
        return {"number": trial.number, "params": params}

    def _suggest(self, trial, parameter):
        name, kind = parameter["name"], parameter["type"]
        if kind == "categorical":
            return trial.suggest_categorical(name, parameter["choices"])
        if kind == "ordinal":
            return trial.suggest_int(name, 0, len(parameter["choices"]) - 1)
        suggest = trial.suggest_int if kind == "int" else trial.suggest_float
        return suggest(name, parameter["low"], parameter["high"], log=parameter.get("log", False))

    def tell(self, number, values):
        trial = self.running.pop(number)
        if values is None:
            self.study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        else:
            self.study.tell(trial, values)

    def report(self, number, step, value):
        trial = self.running[number]
        trial.report(value, step)
        return trial.should_prune()
