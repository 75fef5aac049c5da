"""The run this process belongs to: `run.json`, read once."""
import os

from . import jsontext

_cached = None
_open = open  # the interpreter's own, whatever stands in its place later


class Run(object):
    """The whole input of a run, as the engine wrote it."""

    def __init__(self, data):
        self.folder = data["folder"]
        self.trial = data["key"]["trial"]
        self.attempt = data["key"]["attempt"]
        self.params = data["params"]
        self.seed = data["seed"]
        self.number = data.get("replicaOf", self.trial)  # what the script is told: a repeated trial is told the first one's
        checkpoint = data.get("checkpoint") or {}
        self.checkpoint = checkpoint.get("folder")
        self.resuming = bool(checkpoint.get("resume"))
        self.steps = checkpoint.get("steps") or {}
        # By file name: most modules asked for are not ours, and this says so without touching the disk.
        self._by_name = {}
        for entry in data["files"]:
            self._by_name.setdefault(os.path.basename(entry["path"]), []).append(entry)
        self.files = data["files"]

    def file_at(self, path):
        """The listed file that `path` leads to, or None."""
        candidates = self._by_name.get(os.path.basename(path))
        if candidates is None:
            return None
        absolute = os.path.abspath(path)
        for entry in candidates:
            if entry["path"] == absolute:
                return entry
        real = os.path.realpath(absolute)
        for entry in candidates:
            if os.path.realpath(entry["path"]) == real:
                return entry
        return None


def current():
    """The run, or None outside a trial (also for a process that has outlived its run's folder)."""
    global _cached
    if _cached is None:
        path = os.environ.get("TUNELENS_RUN")
        if not path:
            return None
        try:
            with _open(path, encoding="utf-8") as file:
                _cached = Run(jsontext.parse(file.read()))
        except FileNotFoundError:
            return None
    return _cached


def forget():
    """Before a process becomes another run's."""
    global _cached
    _cached = None


def is_reporting_process():
    """Of several processes that train together (torchrun, MPI, Slurm), only the first one speaks."""
    for name in ("RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID"):
        rank = os.environ.get(name)
        if rank is not None:
            return rank == "0"
    return True
