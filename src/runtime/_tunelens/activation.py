"""Puts the hooks in place, in every Python process of a trial."""
import builtins
import os
import sys

from . import loading, run as current_run, trial

_active = False


def activate():
    """Called from sitecustomize, before the script. Safe to call twice."""
    global _active
    run = current_run.current()
    if _active or run is None:
        return
    _active = True
    builtins.__tunelens_report__ = trial.report_assignment
    loading.install()
    lead_reads(run)
    command = _command_line()
    script = script_index(command)
    if script is not None and run.file_at(command[script]) is not None:
        _restart_through_wrapper(command, script)


def lead_reads(run):
    """For a study with configuration files, puts this trial's text before whoever opens them. Safe to call twice."""
    if any([entry.get("kind") == "config" for entry in run.files]):
        from . import configs  # not for other studies: starting is to be quick
        configs.install(run)


def _restart_through_wrapper(command, script):
    """CPython compiles the main script in C, out of a hook's reach: start over, in this same process."""
    wrapper = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tunelens_main.py")
    arguments = [sys.executable] + command[1:script] + [wrapper] + command[script:]
    if os.name == "nt":  # execv there starts a second process and ends this one; the parent would see an end
        import subprocess
        os._exit(subprocess.call(arguments))
    os.execv(sys.executable, arguments)


def _command_line():
    """The command as typed; `sys.argv` is not set yet, and would lack the interpreter's own options."""
    known = getattr(sys, "orig_argv", None)  # 3.10 and later
    if known is not None:
        return list(known)
    try:
        with open("/proc/self/cmdline", "rb") as file:
            return [os.fsdecode(part) for part in file.read().split(b"\0")[:-1]]
    except OSError:
        return []


def script_index(command):
    """Where the script stands in `python [options] SCRIPT …`; None for -c, -m, standard input."""
    index = 1
    while index < len(command):
        word = command[index]
        if word == "-":
            return None
        if word == "--check-hash-based-pycs":
            index += 1
        elif word.startswith("--"):
            pass
        elif word.startswith("-"):
            for position, letter in enumerate(word[1:], 2):
                if letter in "cm":
                    return None
                if letter in "WX":
                    index += 0 if word[position:] else 1
                    break
        else:
            return index
        index += 1
    return None
