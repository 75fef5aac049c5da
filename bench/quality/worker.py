"""Runs jobs: a line of JSON a job on standard input, a line of JSON about its end on standard output.

A job is one method on one problem with one seed. Its result is a file. `worker.py --list` prints the problems.
"""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np

import methods
from problems import registry

HERE = Path(__file__).parent


def environment():
    """One thread for each process: runs stand side by side."""
    single = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    return {**os.environ, **single, "PYTHONWARNINGS": "ignore"}


class Servers:
    """The methods' processes, kept between jobs."""

    def __init__(self):
        self.open = {}

    def of(self, job):
        key = json.dumps(job["command"])
        pipe = self.open.get(key)
        if pipe is None or pipe.process.poll() is not None:
            errors = open(job["log"], "a", encoding="utf-8")
            pipe = self.open[key] = methods.Pipe(job["command"], environment(), errors)
        return pipe

    def drop(self, job):
        pipe = self.open.pop(json.dumps(job["command"]), None)
        if pipe is not None:
            pipe.close()


def start(job, problem, servers):
    if job["kind"] == "random":
        return methods.RandomSearch(problem, job["seed"])
    kind = methods.Ours if job["kind"] == "ours" else methods.Peer
    return kind(servers.of(job), problem, job["seed"], job["trials"], job["options"])



def run(job, servers):
    """The observed and the true values of all trials, and the seconds spent in proposing."""
    family, make = registry()[job["problem"]]
    problem = make(job["seed"])
    suggesting, evaluating = 0.0, 0.0
    marks = []
    observed, truth = [], []
    since = time.perf_counter()
    method = start(job, problem, servers)
    suggesting += time.perf_counter() - since
    while len(observed) < job["trials"] and suggesting < job["limit_s"]:
        since = time.perf_counter()
        trial = method.ask()
        suggesting += time.perf_counter() - since
        if trial is None:
            break  # the method has nothing more to propose: the space is exhausted
        since = time.perf_counter()
        value = problem.evaluate(trial["params"], np.random.default_rng([job["seed"], len(observed)]))
        values = value if isinstance(value, list) else [value]
        truth.append(problem.truth(trial["params"], value))
        evaluating += time.perf_counter() - since
        observed.append(value)
        since = time.perf_counter()
        method.tell(trial, values)
        suggesting += time.perf_counter() - since
        marks.append(round(suggesting, 4))
    return {
        "curve": problem.curve(observed, truth),
        "optimum": problem.optimum,
        "observed": observed,
        "suggest_s": marks,
        "evaluate_s": round(evaluating, 3),
        "cut": len(observed) < job["trials"],
    }


def perform(job, servers):
    target = Path(job["out"])
    target.parent.mkdir(parents=True, exist_ok=True)
    about = {key: job[key] for key in ("problem", "family", "method", "version", "seed", "trials")}
    result = {**about, **run(job, servers)}
    part = target.with_suffix(".part")
    part.write_text(json.dumps(result, allow_nan=False), encoding="utf-8")
    part.replace(target)


def main():
    if "--list" in sys.argv:
        for name, (family, make) in registry().items():
            problem = make(0)
            print(json.dumps({"name": name, "family": family, "trials": problem.trials, "revision": problem.revision}))
        return
    servers = Servers()
    for line in sys.stdin:
        job = json.loads(line)
        since = time.perf_counter()
        try:
            perform(job, servers)
            reply = {"ok": True}
        except Exception as error:  # whatever a peer does, the other runs go on
            servers.drop(job)
            reply = {"ok": False, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps({**reply, "seconds": round(time.perf_counter() - since, 2)}), flush=True)


if __name__ == "__main__":
    main()
