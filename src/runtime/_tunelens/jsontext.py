"""JSON by the interpreter's own C scanner. The `json` module pulls in `re`: 5–9 ms that every trial would pay."""
import sys


class _Context(object):
    """What the C scanner wants to know."""
    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    memo = {}

    @staticmethod
    def parse_constant(name):
        raise ValueError("not JSON: " + name)


def parse(text):
    try:
        from _json import make_scanner
    except ImportError:  # an interpreter without the C scanner
        import json
        return json.loads(text)
    return make_scanner(_Context)(text, 0)[0]


def _quote(text):
    try:
        from _json import encode_basestring_ascii
    except ImportError:
        import json
        return json.dumps(text)
    return encode_basestring_ascii(text)


def _number(value):
    """Non-finite numbers are written as strings; the reader knows which fields are numbers."""
    if value != value:
        return '"NaN"'
    if value in (float("inf"), float("-inf")):
        return '"Infinity"' if value > 0 else '"-Infinity"'
    return float.__repr__(value)


def render(value):
    """JSON text of None, bool, int, float, str, list, tuple and dict; anything else by its `str`."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([render(item) for item in value]) + "]"
    if isinstance(value, dict):
        return "{" + ",".join([_quote(str(key)) + ":" + render(item) for key, item in value.items()]) + "}"
    return _quote(value if isinstance(value, str) else str(value))


def complain(text):
    """One line on stderr, whatever stderr has become."""
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except Exception:  # a closed or replaced stderr: nothing is left to tell
        pass
