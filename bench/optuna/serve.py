"""Optuna's TPE behind lines of JSON: `load` a history, then `ask` and `tell`, as often as wanted.

An ask is timed by the CPU time of this process, from `study.ask` until every value is suggested.
"""
import json
import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread, as ours; before numpy is imported
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy
import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)


class Peer:
    def __init__(self):
        self.study = None
        self.space = []
        self.running = None

    def versions(self, request):
        default = optuna.samplers.TPESampler()
        return {
            "optuna": optuna.__version__,
            "numpy": numpy.__version__,
            "multivariate": bool(default._parzen_estimator_parameters.multivariate),
        }

    def load(self, request):
        self.space = request["space"]
        distributions = {
            p["name"]: optuna.distributions.FloatDistribution(p["low"], p["high"], log=p["log"], step=p.get("step"))
            for p in self.space
        }
        options = {"seed": request["seed"]}
        if request["multivariate"] is not None:
            options["multivariate"] = request["multivariate"]
        self.study = optuna.create_study(sampler=optuna.samplers.TPESampler(**options))
        self.study.add_trials([
            optuna.trial.create_trial(params=t["params"], distributions=distributions, value=t["value"])
            for t in request["trials"]
        ])
        return {"trials": len(self.study.get_trials(deepcopy=False))}

    def ask(self, request):
        since = time.process_time()
        trial = self.study.ask()
        params = {
            p["name"]: trial.suggest_float(p["name"], p["low"], p["high"], log=p["log"], step=p.get("step"))
            for p in self.space
        }
        ms = 1000 * (time.process_time() - since)
        self.running = trial
        return {"ms": ms, "params": params}

    def tell(self, request):
        self.study.tell(self.running, request["value"])
        return {}

    def report(self, request):
        """Reports of several running trials in turn, as fast as the storage takes them, for about some seconds."""
        if request["storage"] == "sqlite":
            storage = "sqlite:///" + request["file"]
        else:
            backend = optuna.storages.journal.JournalFileBackend(request["file"])
            storage = optuna.storages.JournalStorage(backend)
        study = optuna.create_study(storage=storage)
        trials = [study.ask() for _ in range(request["trials"])]
        since = time.perf_counter()
        step = 0
        while time.perf_counter() - since < request["seconds"]:
            for trial in trials:
                trial.report(1 / (1 + step), step)
            step += 1
        return {"reports": step * len(trials), "seconds": time.perf_counter() - since}


peer = Peer()
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(getattr(peer, request["op"])(request)), flush=True)
