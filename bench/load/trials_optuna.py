"""Trials a second of Optuna, one line of JSON on standard output: `in-process N` or `processes N PARALLEL SCRIPT`.

The objective of the first is what SCRIPT does; the second starts SCRIPT in a process of its own for each trial.
"""
import json
import subprocess
import sys
import time

import numpy
import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)

way, trials = sys.argv[1], int(sys.argv[2])
study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))


def in_process(trial):
    x = trial.suggest_float("x", -10, 10)
    return float(numpy.square(x - 2))


def in_a_process(trial):
    x = trial.suggest_float("x", -10, 10)
    done = subprocess.run([sys.executable, sys.argv[4], str(x)], capture_output=True, text=True, check=True)
    return float(done.stdout.rsplit("=", 1)[1])


since = time.perf_counter()
if way == "in-process":
    study.optimize(in_process, n_trials=trials)
else:
    study.optimize(in_a_process, n_trials=trials, n_jobs=int(sys.argv[3]))
seconds = time.perf_counter() - since
if len(study.trials) != trials:
    sys.exit("trials are missing")
print(json.dumps({"version": optuna.__version__, "perSecond": trials / seconds}))
