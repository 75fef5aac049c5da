"""Optuna's and Hyperopt's samplers behind lines of JSON: `load` a history, then `ask` and `tell`, as often as wanted.

An ask is timed by the CPU time of this process and by the clock, from asking for a trial until every value is there.
"""
import json
import logging
import os
import sys
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # one thread, as ours; before numpy is imported
warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)


class OptunaStudy:
    def __init__(self, kind, space, trials, seed):
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self.space = space
        distributions = {
            p["name"]: optuna.distributions.FloatDistribution(p["low"], p["high"], log=p["log"], step=p.get("step"))
            for p in space
        }
        samplers = {"optuna-tpe": optuna.samplers.TPESampler, "optuna-gp": optuna.samplers.GPSampler}
        self.study = optuna.create_study(sampler=samplers[kind](seed=seed))
        self.study.add_trials([
            optuna.trial.create_trial(params=t["params"], distributions=distributions, value=t["value"])
            for t in trials
        ])
        self.running = None

    def ask(self):
        self.running = self.study.ask()
        return {
            p["name"]: self.running.suggest_float(p["name"], p["low"], p["high"], log=p["log"], step=p.get("step"))
            for p in self.space
        }

    def tell(self, value):
        self.study.tell(self.running, value)


class HyperoptStudy:
    def __init__(self, kind, space, trials, seed):
        import numpy
        from hyperopt import JOB_STATE_DONE, STATUS_OK, Trials, hp, tpe
        from hyperopt.base import Domain

        self.done, self.ok, self.tpe, self.seeds = JOB_STATE_DONE, STATUS_OK, tpe, numpy.random.RandomState(seed)

        def dimension(p):
            if p.get("step"):
                return hp.quniform(p["name"], p["low"], p["high"], p["step"])
            if p["log"]:
                return hp.loguniform(p["name"], numpy.log(p["low"]), numpy.log(p["high"]))
            return hp.uniform(p["name"], p["low"], p["high"])

        self.domain = Domain(lambda values: 0.0, {p["name"]: dimension(p) for p in space})
        self.trials = Trials()
        ids = self.trials.new_trial_ids(len(trials))
        docs = [self.document(i, t["params"], t["value"]) for i, t in zip(ids, trials)]
        self.trials.insert_trial_docs(docs)
        self.trials.refresh()
        self.running = None

    def document(self, number, params, value):
        misc = {
            "tid": number,
            "cmd": ("domain_attachment", "FMinIter_Domain"),
            "workdir": None,
            "idxs": {name: [number] for name in params},
            "vals": {name: [v] for name, v in params.items()},
        }
        [doc] = self.trials.new_trial_docs([number], [None], [{"loss": value, "status": self.ok}], [misc])
        doc["state"] = self.done
        return doc

    def ask(self):
        ids = self.trials.new_trial_ids(1)
        [self.running] = self.tpe.suggest(ids, self.domain, self.trials, int(self.seeds.randint(2**31 - 1)))
        return {name: float(values[0]) for name, values in self.running["misc"]["vals"].items()}

    def tell(self, value):
        self.running["state"] = self.done
        self.running["result"] = {"loss": value, "status": self.ok}
        self.trials.insert_trial_docs([self.running])
        self.trials.refresh()


class Peer:
    def __init__(self):
        self.study = None

    def versions(self, request):
        import hyperopt
        import optuna

        return {"optuna": optuna.__version__, "hyperopt": hyperopt.__version__}

    def load(self, request):
        kind = request["kind"]
        study = HyperoptStudy if kind.startswith("hyperopt") else OptunaStudy
        self.study = study(kind, request["space"], request["trials"], request["seed"])
        return {}

    def ask(self, request):
        cpu, wall = time.process_time(), time.perf_counter()
        params = self.study.ask()
        return {
            "cpuMs": 1000 * (time.process_time() - cpu),
            "wallMs": 1000 * (time.perf_counter() - wall),
            "params": params,
        }

    def tell(self, request):
        self.study.tell(request["value"])
        return {}


replies = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # whatever a library prints goes to standard error
peer = Peer()
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(getattr(peer, request["op"])(request)), file=replies, flush=True)
