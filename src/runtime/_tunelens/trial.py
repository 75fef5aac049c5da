"""What a script can tell and ask: reports, values, whether to stop. Never raises into the script."""
import os

from . import run as current_run, spool

_counts = {}
_complained = set()
_terminated = False
_mark = 0  # of the checkpoint folder at the last report
_empty_since = -1  # when that folder was changed last, where nothing was in it


def report(metrics, step, origin):
    """Writes one record; `origin` is `api` or `assignment`. Without a step, each metric counts its own from 1."""
    try:
        if not current_run.is_reporting_process():
            return
        by_step = {}
        for name, value in metrics.items():
            number = _number(str(name), value)
            if number is not None:
                by_step.setdefault(_step(str(name), step), {})[str(name)] = number
        saved = _news_of_checkpoint() if step is None else {}
        for at, values in by_step.items():
            fields = {"s": at, "m": values, "from": origin}
            fields.update(saved)
            spool.write("report", fields)
    except Exception as error:
        _complain("report", "A report could not be written: %s" % error)


def report_assignment(metric, value):
    """Called behind each annotated assignment."""
    report({metric: value}, None, "assignment")


def _step(name, step):
    count = _counts[name] = _counted(name) + 1
    if step is None:
        return count
    try:
        number = float(step)
        return int(number) if number == int(number) else number
    except Exception:
        _complain("step of " + name, "The step %r of %s is not a number; its reports are counted instead." % (step, name))
        return count


def _news_of_checkpoint():
    """Says with a report that something was saved before it, so that a resumed trial is counted on from the right one."""
    global _mark, _empty_since
    run = current_run.current()
    if run is None or run.checkpoint is None:
        return {}
    # Most scripts save nothing: as long as nothing was put into the empty folder, there is nothing to look through.
    try:
        touched = os.stat(run.checkpoint).st_mtime_ns
    except OSError:  # removed by the script
        return {}
    if touched == _empty_since:
        return {}
    mark = checkpoint_mark(os.fsencode(run.checkpoint))
    _empty_since = touched if mark == 0 else -1
    if mark == _mark:
        return {}
    _mark = mark
    return {"c": mark}


def checkpoint_mark(folder, inner=True):
    """Another number whenever a file in the folder, or in one inside it, was written or replaced; 0 for none.

    `launch/checkpointMark.ts` works out the same.
    """
    from binascii import crc32
    mark = 0
    try:
        whole = [entry for entry in os.scandir(folder) if not _is_written_aside(entry.name)]
        entries = sorted(whole, key=lambda entry: entry.name)
    except OSError:  # never made
        return mark
    for entry in entries:
        try:
            state = entry.stat()
        except OSError:  # replaced just now: the next look sees it
            continue
        text = b"%s:%d:%d:%d\n" % (entry.name, state.st_ino, state.st_size, state.st_mtime_ns)
        mark = crc32(text, mark)
        if inner and entry.is_dir():
            mark = crc32(b"%d\n" % checkpoint_mark(entry.path, False), mark)
    return mark & 0xFFFFFFFF


def _is_written_aside(name):
    """A file that is renamed once it is whole: one that a kill left behind is no sign that something was saved."""
    return name.startswith((b".", b"tmp")) or name.endswith((b".new", b".tmp", b".temp", b".part", b".partial", b"~"))


def _counted(name):
    """Reports of a metric so far; a trial that goes on from a checkpoint counts on from there."""
    if name in _counts:
        return _counts[name]
    run = current_run.current()
    return 0 if run is None else run.steps.get(name, 0)


def _number(name, value):
    try:
        if isinstance(value, (str, bytes)):
            raise TypeError("it is text")
        return float(value)
    except Exception as error:
        _complain(name, "%s was reported with something that is not a number (%s: %s)." % (
            name, type(value).__name__, error))
        return None


def _complain(topic, text):
    if topic not in _complained:
        _complained.add(topic)
        spool.notice("warning", text)


def params():
    run = current_run.current()
    return {} if run is None else dict(run.params)


def number():
    run = current_run.current()
    return None if run is None else run.number


def terminated():
    """The process was asked to stop by a signal."""
    global _terminated
    _terminated = True


def forget_signal():
    """The signal came to nothing and is about to be sent again."""
    global _terminated
    _terminated = False


def stopped_by_signal():
    return _terminated


def should_stop():
    run = current_run.current()
    return _terminated or (run is not None and os.path.exists(os.path.join(run.folder, "stop")))


def checkpoint_dir():
    run = current_run.current()
    if run is None:
        return None
    # Beside the attempts: it outlives each.
    folder = run.checkpoint or os.path.join(os.path.dirname(run.folder), "checkpoint")
    os.makedirs(folder, exist_ok=True)
    return folder


def resuming():
    run = current_run.current()
    return run is not None and run.resuming
