"""A stopped script gets its chance: SIGTERM becomes an exception in the main thread, a second one ends it at once."""
import os
import sys

from . import trial

STOPPED_EXIT_CODE = 143  # 128 + SIGTERM, as a shell would say


class TrialStopped(KeyboardInterrupt):
    """The trial was asked to stop. Passes `except Exception`; `finally` and `except KeyboardInterrupt` run."""


def install():
    """Only where SIGTERM still has its default meaning; a handler that the script sets later wins as well."""
    import _signal as signal  # the `signal` module costs 2 ms for its enums
    if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _on_terminate)
        _spare_forked_workers(signal)
        _raise_again_when_swallowed()


def _on_terminate(number, frame):
    if trial.stopped_by_signal():
        os._exit(STOPPED_EXIT_CODE)
    trial.terminated()
    raise TrialStopped()


def _raise_again_when_swallowed():
    """Where Python cannot raise (in `__del__`, in a callback from C) it reports the exception and drops it."""
    report = getattr(sys, "unraisablehook", None)  # 3.8 and later
    if report is None:
        return

    def unraisable(args):
        if isinstance(args.exc_value, TrialStopped):
            trial.forget_signal()
            import _thread
            try:
                _thread.start_new_thread(_terminate_soon, (os.getpid(),))
            except RuntimeError:  # the interpreter is ending already
                pass
        else:
            report(args)

    sys.unraisablehook = unraisable


def _terminate_soon(process):
    """From another thread, so that the main one has left the place where it could not raise."""
    import _signal as signal
    import time
    time.sleep(0.02)
    os.kill(process, signal.SIGTERM)


def _spare_forked_workers(signal):
    """Workers are ended by SIGTERM too, by their pool, and must die of it as ever.

    The signal is held back during the fork: a new child forgets signals that came before Python has settled in it,
    and its pool would wait for its death for ever.
    """
    if not hasattr(os, "register_at_fork"):
        return
    masks = []

    def before():
        masks.append(signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM]))

    def in_parent():
        signal.pthread_sigmask(signal.SIG_SETMASK, masks.pop())

    def in_child():
        if signal.getsignal(signal.SIGTERM) is _on_terminate:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, masks.pop())

    os.register_at_fork(before=before, after_in_parent=in_parent, after_in_child=in_child)
