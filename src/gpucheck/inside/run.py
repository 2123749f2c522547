"""The one script that a probe process executes, under any Python from 2.7 on.

    python run.py RESULT_FILE TIME_LIMIT_S PROBE_FILE [ARGUMENT ...]

It loads PROBE_FILE by path and calls its `probe(say)`. What the probe learns goes to
RESULT_FILE as JSON lines, each written at once, so that what was known before a crash is kept:

    {"stage": "import torch"}               the step that begins now
    {"fact": [["gpus", 0, "name"], "X"]}    a value and its place in the section
    {"refused": "why"}                      the probe cannot work here
    {"failed": "ValueError: ..."}           the probe raised
    {"done": true}                          the probe ran to its end

Standard output is not used for results: libraries print there. The environment stays as it is:
the doctor must see what training sees.
"""

import os
import signal
import sys

GRACE_S = 5


class Refused(Exception):
    """The probe cannot work here; the text says why."""


class Say(object):
    """What a probe is given to report with."""

    Refused = Refused

    def __init__(self, result_file, arguments):
        self.result_file = result_file
        self.arguments = arguments

    def stage(self, name):
        """Name the step that begins now: it is what a crash or a time-out is blamed on."""
        self.write({"stage": name})

    def fact(self, *path_and_value):
        """Report a value at a place: ("gpus", 0, "name", "X") names the first GPU."""
        self.write({"fact": [path_and_value[:-1], path_and_value[-1]]})

    def load(self, path):
        """Execute the file at `path` and return its names; bytecode is used, never written."""
        names = {"__name__": "gpucheck_probe", "__file__": path}
        exec(_code_of(path), names)
        return names

    def write(self, line):
        """Append one line to the result file."""
        # Opened anew each time: libraries have been seen to close every descriptor they find.
        # It begins with a line break, so that half a line of somebody else's spoils no other.
        data = ("\n%s\n" % _json_text(line)).encode("ascii")
        descriptor = os.open(
            self.result_file, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)
        )
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)


def _json_encoder():
    """Return a function from values to JSON text.

    `import json` costs a fifth of a small probe's time, for the decoder's regular expressions. So
    the encoder inside it is taken alone: the same in CPython 2.7 to 3.15, absent elsewhere.
    """
    try:
        from _json import c_make_encoder, encode_basestring_ascii

        encode = c_make_encoder(
            None, _as_text, encode_basestring_ascii, None, ": ", ", ", False, False, True
        )
        encode({"stage": ""}, 0)
        return lambda value: "".join(encode(value, 0))
    except (ImportError, TypeError):
        import json

        return lambda value: json.dumps(value, default=_as_text)


def _as_text(value):
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def _words(error):
    """Return what an exception says, whatever it is made of."""
    try:
        return _as_text(error.args[0] if len(error.args) == 1 else str(error))
    except Exception:
        return repr(type(error))


_json_text = _json_encoder()


def _leave_no_core_file():
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    except (ImportError, ValueError, OSError):
        pass  # Windows has none; elsewhere a core file is a nuisance and no more


def _code_of(path):
    try:
        from importlib.machinery import SourceFileLoader
    except ImportError:  # Python 2.7
        with open(path, "rb") as source:
            return compile(source.read(), path, "exec")
    return SourceFileLoader("gpucheck_probe", path).get_code("gpucheck_probe")


def main(result_file, time_limit_s, probe_file, *arguments):
    """Run one probe; return the exit status."""
    # A probe file named torch.py must not be what `import torch` finds.
    here = os.path.dirname(os.path.abspath(__file__))
    if sys.path and os.path.abspath(sys.path[0]) == here:
        del sys.path[0]
    sys.dont_write_bytecode = True
    _leave_no_core_file()
    if hasattr(signal, "alarm"):
        # Should gpucheck itself be killed, nobody is left to end this process.
        signal.alarm(int(float(time_limit_s)) + GRACE_S)
    say = Say(result_file, arguments)
    try:
        say.load(probe_file)["probe"](say)
    except Refused as reason:
        say.write({"refused": _words(reason)})
    except Exception as error:
        say.write({"failed": "%s: %s" % (type(error).__name__, _words(error))})
        import traceback

        traceback.print_exc()
        return 1
    say.write({"done": True})
    return 0


if __name__ == "__main__":
    # Threads of a broken library must not keep the process alive once all is said.
    status = main(*sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
