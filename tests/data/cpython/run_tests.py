"""Runs tests of CPython's library, and prints the verdict of each."""

import sys
import unittest

# Debian's tests are newer than this interpreter. Here these go on for ever, because it lacks what was mended.
ENDLESS = {"test_expandvars_large", "test_malformed_paths"}


class Verdicts(unittest.TestResult):
    def say(self, test, verdict):
        print(test.id(), "=", verdict)

    def addSuccess(self, test):
        self.say(test, "ok")

    def addSkip(self, test, reason):
        self.say(test, "skipped")

    def addExpectedFailure(self, test, error):
        self.say(test, "failure, as expected")

    def addUnexpectedSuccess(self, test):
        self.say(test, "ok, unexpectedly")

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.say(test, "failure")

    def addError(self, test, error):
        super().addError(test, error)
        self.say(test, "error")

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.say(subtest, "error")


def without_endless(suite):
    kept = type(suite)()
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            kept.addTest(without_endless(test))
        elif test._testMethodName not in ENDLESS:
            kept.addTest(test)
    return kept


verdicts = Verdicts()
for name in sys.argv[1:]:
    without_endless(unittest.defaultTestLoader.loadTestsFromName(f"test.{name}")).run(verdicts)
for test, text in verdicts.errors + verdicts.failures:
    print(f"{test.id()}:\n{text}", file=sys.stderr)
