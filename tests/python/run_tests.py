"""Runs one module of CPython's tests but some, and prints how each ends: `NAME = ok`, `skipped: REASON` or `failed: ERROR`."""

import os
import sys
import tempfile
import unittest
from test import support
from test.support import socket_helper

# CPython skips tests on WASI because its C libraries lack what they try. This program has it, and so it runs them.
support.is_wasi = False
support.has_socket_support = True
socket_helper.has_gethostname = True
if sys.platform == "wasi":
    # There are no addresses that are files, which a decorator finds out by a call that must not fail otherwise.
    socket_helper._bind_nix_socket_error = "no addresses that are files"

# Tests put others in its place.
stdout = sys.stdout


def ending(error):
    """The verdict by an error, without paths, numbers and addresses, which differ from run to run."""
    value = error[1]
    name = type(value).__name__
    if str(value) == "can't start new thread":
        return "skipped: it starts a thread"
    if isinstance(value, AssertionError):
        return f"failed: {name}"
    text = value.strerror if isinstance(value, OSError) else str(value).partition("\n")[0]
    return f"failed: {name}: {text}"


class Verdicts(unittest.TestResult):
    def startTest(self, test):
        self.verdict = None

    def stopTest(self, test):
        self.say(test, self.verdict or "ok")

    def say(self, test, verdict):
        print(test.id().removeprefix("test."), "=", " ".join(verdict.split()), file=stdout, flush=True)

    def end(self, test, verdict):
        if not isinstance(test, unittest.TestCase):
            # A class or a module, whose tests do not run then.
            self.say(test, verdict)
        elif self.verdict is None:
            self.verdict = verdict

    def addSkip(self, test, reason):
        self.end(test, f"skipped: {reason}")

    def addUnexpectedSuccess(self, test):
        self.end(test, "failed: it should")

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.end(test, ending(error))

    def addError(self, test, error):
        super().addError(test, error)
        self.end(test, ending(error))

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.end(test, ending(error))


def tests(suite, left_out):
    """The tests without those of which the names are in a list."""
    kept = unittest.TestSuite()
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            kept.addTest(tests(test, left_out))
        elif test.id().removeprefix("test.") not in left_out:
            kept.addTest(test)
    return kept


def main(module, *left_out):
    os.chdir(tempfile.mkdtemp())
    verdicts = Verdicts()
    try:
        suite = unittest.defaultTestLoader.loadTestsFromName(f"test.{module}")
    except unittest.SkipTest as reason:
        print(module, "= skipped:", reason, file=stdout)
    else:
        tests(suite, left_out).run(verdicts)
    for test, text in verdicts.errors + verdicts.failures:
        print(f"{test.id()}:\n{text}", file=sys.stderr)


# Tests that start processes load this file there.
if __name__ == "__main__":
    main(*sys.argv[1:])
