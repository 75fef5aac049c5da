"""Optional module for scripts that want to talk to TuneLens themselves.

Outside a trial every function does nothing, so a script that imports this file runs the same without TuneLens
(copy it beside the script if it is not installed). Needs nothing but the standard library.

    import tunelens

    for epoch in range(epochs):
        ...
        tunelens.report(step=epoch, val_acc=val_acc, loss=loss)
        if tunelens.should_stop():
            break
"""
import os as _os

try:
    if not _os.environ.get("TUNELENS_RUN"):
        raise ImportError("not inside a trial")
    from _tunelens import trial as _trial
except ImportError:
    _trial = None

__all__ = ["checkpoint_dir", "params", "report", "resuming", "should_stop", "trial_number"]


def report(metrics=None, step=None, **named):
    """Reports metrics at a step: `report(step=3, val_acc=0.9)` or `report({"val_acc": 0.9}, 3)`.

    Values may be anything `float()` accepts, such as a NumPy or Torch scalar. Without a step, each metric's
    reports are counted from 1. Never raises.
    """
    if _trial is not None:
        merged = dict(metrics or {})
        merged.update(named)
        _trial.report(merged, step, "api")


def params():
    """The trial's values by parameter name; empty outside a trial."""
    return {} if _trial is None else _trial.params()


def trial_number():
    """The trial's number in its study, 0 for the baseline; None outside a trial."""
    return None if _trial is None else _trial.number()


def should_stop():
    """Whether TuneLens has asked this trial to end. Ask between epochs and return early to end politely."""
    return False if _trial is None else _trial.should_stop()


def checkpoint_dir():
    """A folder of this trial's own that survives its restarts; None outside a trial.

    Save there what is needed to go on, and load it at the start when something is there: it may be this trial's own
    from before an interruption or a larger budget, or another trial's (population-based training). Write aside and
    rename (`os.replace`), so that a kill in the middle leaves the file before whole.
    """
    return None if _trial is None else _trial.checkpoint_dir()


def resuming():
    """Whether there was something in `checkpoint_dir()` when this trial was started."""
    return False if _trial is None else _trial.resuming()
