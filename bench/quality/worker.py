"""Runs jobs: a line of JSON a job on standard input, a line of JSON about its end on standard output.

A job is one method on one problem with one seed. Its result is a file. `worker.py --list` prints the problems.
"""

import json
import math
import os
import signal
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

    def close(self):
        for pipe in self.open.values():
            pipe.close()


def start(job, problem, servers):
    if job["kind"] == "random":
        return methods.RandomSearch(problem, job["seed"])
    kind = methods.Ours if job["kind"] == "ours" else methods.Peer
    return kind(servers.of(job), problem, job["seed"], job["trials"], job["options"])



class Clock:
    """Seconds spent in a method's code: of its processor where that is known, else of the clock on the wall."""

    def __init__(self, pipe):
        self.pipe = pipe
        self.wall = 0.0
        self.before = pipe.cpu_seconds() if pipe else None

    @property
    def seconds(self):
        return self.wall if self.before is None else self.pipe.cpu_seconds() - self.before

    def time(self, call, *arguments):
        since = time.perf_counter()
        try:
            return call(*arguments)
        finally:
            self.wall += time.perf_counter() - since


def run(job, servers):
    """What was observed, and by trials what it was worth."""
    _, make = registry(job["family"])[job["problem"]]
    problem = make(job["seed"])
    # Starting the process and creating the study are not proposing.
    method = start(job, problem, servers)
    clock = Clock(method.pipe)
    since = time.perf_counter()
    go = run_epochs if hasattr(problem, "steps") else run_trials
    result = go(job, problem, method, clock)
    return {
        **result,
        "optimum": problem.optimum,
        "seconds": round(time.perf_counter() - since, 3),
        "timer": "wall" if method.pipe and clock.before is None else "processor",
    }


def run_trials(job, problem, method, clock):
    observed, truth, suggesting = [], [], []
    exhausted = False
    while len(observed) < job["trials"] and clock.seconds < job["limit_s"]:
        trial = clock.time(method.ask)
        if trial is None:
            exhausted = True  # the whole space has been tried
            break
        value = problem.evaluate(trial["params"], np.random.default_rng([job["seed"], len(observed)]))
        truth.append(problem.truth(trial["params"], value))
        observed.append(value)
        clock.time(method.tell, trial, value if isinstance(value, list) else [value])
        suggesting.append(round(clock.seconds, 4))
    curve = problem.curve(observed, truth)
    missing = job["trials"] - len(observed) if exhausted else 0
    return {
        "curve": curve + curve[-1:] * missing,
        "observed": observed,
        "suggest_s": suggesting + suggesting[-1:] * missing,
        "cut": len(observed) + missing < job["trials"],
    }


def run_epochs(job, problem, method, clock):
    """One trial at a time, epoch by epoch; a paused trial goes on where it was. The budget is epochs over all trials.

    Worth: the true value of the best epoch that was observed, whose checkpoint a user would take.
    """
    budget = job["trials"] * problem.steps
    running = {}  # by trial: its curve, the epochs it has had
    used, started = 0, 0
    best, worth = math.inf, None
    curve, suggesting, trials = [], [], []
    while used < budget and clock.seconds < job["limit_s"]:
        trial = clock.time(method.ask)
        if trial is None:
            break  # the schedule is done
        number = trial.get("number", started)
        if number not in running:
            noise = np.random.default_rng([job["seed"], started])
            running[number] = [problem.start(trial["params"], noise), 0]
            started += 1
        run = running[number]
        last = min(problem.steps, trial.get("fidelity", problem.steps))
        stop, value = False, None
        while run[1] < last and not stop and used < budget:
            value, true = next(run[0])
            run[1] += 1
            used += 1
            if value < best:
                best, worth = value, true
            stop = clock.time(method.report, trial, run[1], value)
            if used % problem.steps == 0:
                curve.append(worth)
                suggesting.append(round(clock.seconds, 4))
        trials.append([number, run[1]])
        if used < budget:
            clock.time(method.end, trial, value, run[1] == problem.steps, stop)
    whole = curve[-1:] if used < budget and clock.seconds < job["limit_s"] else []
    missing = job["trials"] - len(curve)
    return {
        # A schedule that is done keeps what it has.
        "curve": curve + whole * missing,
        "observed": trials,
        "suggest_s": suggesting + suggesting[-1:] * missing * len(whole),
        "cut": len(curve) + missing * len(whole) < job["trials"],
    }


def perform(job, servers):
    target = Path(job["out"])
    target.parent.mkdir(parents=True, exist_ok=True)
    about = {key: job[key] for key in ("problem", "family", "method", "version", "seed", "trials", "limit_s")}
    result = {**about, **run(job, servers)}
    part = target.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(result, allow_nan=False), encoding="utf-8")
    part.replace(target)


def main():
    if "--list" in sys.argv:
        for name, (family, make) in registry().items():
            problem = make(0)
            print(json.dumps({"name": name, "family": family, "trials": problem.trials, "revision": problem.revision}))
        return
    servers = Servers()
    # Servers must not outlive a worker that is told to end while one of them hangs.
    signal.signal(signal.SIGTERM, lambda *_: servers.close() or sys.exit(1))
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
    servers.close()


if __name__ == "__main__":
    main()
