"""Runs one module of CPython's tests, and prints the verdict of each test: `NAME = ok` or `NAME = skipped: REASON`."""

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


class Verdicts(unittest.TestResult):
    def startTest(self, test):
        self.verdict = "ok"

    def stopTest(self, test):
        self.say(test, self.verdict)

    def say(self, test, verdict):
        print(test.id().removeprefix("test."), "=", verdict, flush=True)

    def addSkip(self, test, reason):
        self.verdict = "skipped: " + " ".join(str(reason).split())
        if not isinstance(test, unittest.TestCase):
            self.say(test, self.verdict)

    def addExpectedFailure(self, test, error):
        self.verdict = "ok, it fails as expected"

    def addUnexpectedSuccess(self, test):
        self.verdict = "failed: it should"

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.verdict = "failed"

    def addError(self, test, error):
        super().addError(test, error)
        self.verdict = "failed"
        # Of a class or a module, whose tests do not run then.
        if not isinstance(test, unittest.TestCase):
            self.say(test, self.verdict)

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.verdict = "failed"


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
        print(module, "= skipped:", reason)
    else:
        tests(suite, left_out).run(verdicts)
    for test, text in verdicts.errors + verdicts.failures:
        print(f"{test.id()}:\n{text}", file=sys.stderr)


# Tests that start processes load this file there.
if __name__ == "__main__":
    main(*sys.argv[1:])
