#!/usr/bin/env node
// The command on this machine.

import path from "node:path";
import tty from "node:tty";
import v8 from "node:v8";

import { run } from "./host/host.js";
import { output, preopens, stdin } from "./host/node.js";
import { instantiate } from "./tool/tool.js";

// The optimizing compiler takes longer than it gains in a process that ends soon.
v8.setFlagsFromString("--liftoff-only");
const { default: modules } = await import("./modules-node.js");

const { root } = path.parse(process.cwd());
const streams = ["stdin", "stdout", "stderr"];
process.exitCode = run(instantiate, modules, {
  args: ["wasi-adapt", ...process.argv.slice(2)],
  // A component has no current directory: the tool takes it from this variable.
  env: { ...process.env, PWD: `/${path.relative(root, process.cwd()).replaceAll(path.sep, "/")}` },
  stdin,
  stdout: output(1),
  stderr: output(2),
  terminals: streams.filter((_, file) => tty.isatty(file)),
  preopens: preopens(root),
});
