#!/usr/bin/env python3
"""Starts and stops workloads on hosts of wasmCloud without Kubernetes, by requests over NATS."""

import argparse
import json
import socket
import sys
import uuid


class Nats:
    """A connection to a NATS server, by its text protocol."""

    def __init__(self, address, seconds):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=seconds)
        self.reader = self.socket.makefile("rb")
        self.reader.readline()  # INFO
        self.send('CONNECT {"verbose":false,"pedantic":false}')

    def send(self, line, payload=None):
        text = line.encode() + b"\r\n"
        self.socket.sendall(text if payload is None else text + payload + b"\r\n")

    def message(self):
        """Returns the next message of a subscription."""
        while True:
            line = self.reader.readline().decode()
            if line.startswith("MSG "):
                payload = self.reader.read(int(line.split()[-1]))
                self.reader.readline()
                return json.loads(payload)
            if line.startswith("PING"):
                self.send("PONG")
            elif not line or line.startswith("-ERR"):
                raise ConnectionError(f"the NATS server says {line.strip() or 'nothing more'}")

    def request(self, subject, message):
        inbox = f"_INBOX.{uuid.uuid4().hex}"
        payload = json.dumps(message).encode()
        self.send(f"SUB {inbox} 1")
        self.send(f"PUB {subject} {inbox} {len(payload)}", payload)
        return self.message()


def hosts(nats, arguments):
    """Prints the hosts that report themselves, which each does every 15 seconds."""
    nats.send("SUB runtime.operator.heartbeat.> 1")
    seen = set()
    while len(seen) < arguments.count:
        host = nats.message()
        if host["id"] not in seen:
            seen.add(host["id"])
            print(host["id"], host.get("friendlyName", ""), flush=True)


def start(nats, arguments):
    with open(arguments.file) as file:
        workload = json.load(file)
    answer = nats.request(f"runtime.host.{arguments.host}.workload.start", workload)
    status = answer.get("workloadStatus", answer)
    print(status.get("workloadState"), status.get("message", ""))
    if status.get("workloadState") != "WORKLOAD_STATE_RUNNING":
        sys.exit(1)


def stop(nats, arguments):
    answer = nats.request(f"runtime.host.{arguments.host}.workload.stop", {"workloadId": arguments.workload})
    print(answer.get("workloadStatus", answer).get("workloadState"))


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--nats", default="127.0.0.1:4222", metavar="HOST:PORT", help="the NATS server")
parser.add_argument("--seconds", type=float, default=60, help="the most time to wait for an answer")
commands = parser.add_subparsers(required=True)
command = commands.add_parser("hosts", help="list hosts")
command.add_argument("--count", type=int, default=1, help="end when so many are found")
command.set_defaults(run=hosts)
command = commands.add_parser("start", help="start a workload on a host")
command.add_argument("host")
command.add_argument("file", help="the workload as JSON")
command.set_defaults(run=start)
command = commands.add_parser("stop", help="stop a workload on a host")
command.add_argument("host")
command.add_argument("workload", help="its workloadId")
command.set_defaults(run=stop)
arguments = parser.parse_args()
try:
    arguments.run(Nats(arguments.nats, arguments.seconds), arguments)
except (OSError, ValueError) as error:
    sys.exit(f"workload.py: {error}")
