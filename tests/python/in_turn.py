"""Runs a module with its arguments, as `python -m` does, with servers that would start a thread for each request: here they
answer one after the other, for there are no threads."""

import runpy
import socketserver
import sys


class InTurn:
    daemon_threads = False


del sys.argv[0]
socketserver.ThreadingMixIn = InTurn
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
