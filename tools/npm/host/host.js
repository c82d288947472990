// The imports of a component: WASI 0.2 without a network.

import { filesystem } from "./descriptor.js";
import { InputStream, OutputStream, Pollable, io } from "./io.js";

/** The end of a program by `exit`. */
export class Exit extends Error {
  constructor(status) {
    super(`exit status ${status}`);
    this.status = status;
  }
}

const nanoseconds = (milliseconds) => BigInt(Math.round(milliseconds * 1e6));

const clocks = {
  "wasi:clocks/monotonic-clock": {
    now: () => nanoseconds(performance.now()),
    resolution: () => 1000n,
    subscribeInstant: (at) => new Pollable(Number(at) / 1e6),
    subscribeDuration: (length) => new Pollable(performance.now() + Number(length) / 1e6),
  },
  "wasi:clocks/wall-clock": {
    now() {
      const now = performance.timeOrigin + performance.now();
      return { seconds: BigInt(Math.floor(now / 1000)), nanoseconds: Math.floor((now % 1000) * 1e6) };
    },
    resolution: () => ({ seconds: 0n, nanoseconds: 1000 }),
  },
};

function randomBytes(length) {
  const bytes = new Uint8Array(Number(length));
  // The most that is given at once.
  for (let at = 0; at < bytes.length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  return bytes;
}

const randomU64 = () => new DataView(randomBytes(8n).buffer).getBigUint64(0);

const random = {
  "wasi:random/random": { getRandomBytes: randomBytes, getRandomU64: randomU64 },
  "wasi:random/insecure": { getInsecureRandomBytes: randomBytes, getInsecureRandomU64: randomU64 },
  "wasi:random/insecure-seed": { insecureSeed: () => [randomU64(), randomU64()] },
};

class TerminalInput {}
class TerminalOutput {}

/**
 * The command line: `stdin` gives at most so many bytes, and none at the end; `stdout` and `stderr` take bytes. Those of the
 * array `terminals` are terminals.
 */
function cli({ args, env, stdin, stdout, stderr, terminals = [] }) {
  const terminal = (name, Type) => () => (terminals.includes(name) ? new Type() : undefined);
  const streams = { in: new InputStream(stdin), out: new OutputStream(stdout), err: new OutputStream(stderr) };
  return {
    "wasi:cli/environment": {
      getArguments: () => args,
      getEnvironment: () => Object.entries(env),
      initialCwd: () => undefined,
    },
    "wasi:cli/exit": {
      exit(result) {
        throw new Exit(result.tag === "ok" ? 0 : 1);
      },
      exitWithCode(status) {
        throw new Exit(status);
      },
    },
    "wasi:cli/stdin": { InputStream, getStdin: () => streams.in },
    "wasi:cli/stdout": { OutputStream, getStdout: () => streams.out },
    "wasi:cli/stderr": { OutputStream, getStderr: () => streams.err },
    "wasi:cli/terminal-input": { TerminalInput },
    "wasi:cli/terminal-output": { TerminalOutput },
    "wasi:cli/terminal-stdin": { TerminalInput, getTerminalStdin: terminal("stdin", TerminalInput) },
    "wasi:cli/terminal-stdout": { TerminalOutput, getTerminalStdout: terminal("stdout", TerminalOutput) },
    "wasi:cli/terminal-stderr": { TerminalOutput, getTerminalStderr: terminal("stderr", TerminalOutput) },
  };
}

/** All imports of a program; `preopens` are pairs of a descriptor of a directory and the name that the program knows it by. */
export function host({ preopens, ...program }) {
  return { ...io, ...clocks, ...random, ...cli(program), ...filesystem(preopens) };
}

/** Runs a transpiled command, and returns its exit status. */
export function run(instantiate, modules, program) {
  const core = (path) => modules[path];
  const instance = instantiate(core, host(program), (module, imports) => new WebAssembly.Instance(module, imports));
  try {
    instance.run.run();
    return 0;
  } catch (error) {
    if (error instanceof Exit) return error.status;
    // A failure of `run` without a number.
    if (error?.constructor?.name === "ComponentError") return 1;
    throw error;
  }
}
