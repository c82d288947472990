// The functions of the package, by the command in memory: each call is one of it.

import modules from "#modules";

import { run } from "./host/host.js";
import { Memory } from "./host/memory.js";
import { shown, translate } from "./options.js";
import { instantiate } from "./tool/tool.js";

const NOTHING = new Uint8Array();

/** Collects what is written. */
class Sink {
  parts = [];
  write = (bytes) => void this.parts.push(bytes.slice());

  bytes() {
    const all = new Uint8Array(this.parts.reduce((size, part) => size + part.length, 0));
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  text() {
    return new TextDecoder().decode(this.bytes());
  }
}

/** Gives bytes from the beginning to the end. */
function source(bytes) {
  let at = 0;
  return (length) => bytes.subarray(at, (at += Math.min(length, bytes.length - at)));
}

export function command(args, { files = {}, stdin = NOTHING, env = {} } = {}) {
  const memory = files instanceof Memory ? files : new Memory(files);
  const [stdout, stderr] = [new Sink(), new Sink()];
  const status = run(instantiate, modules, {
    args: ["wasi-adapt", ...args],
    env,
    stdin: source(stdin),
    stdout: stdout.write,
    stderr: stderr.write,
    preopens: [[memory.descriptor(), "/"]],
  });
  return { status, stdout: stdout.bytes(), stderr: stderr.text(), files: Object.fromEntries(memory.files()) };
}

export class LinkError extends Error {
  name = "LinkError";

  constructor(message, problems = []) {
    super(message);
    this.problems = problems;
  }
}

/** The message of a command that failed, without its label. */
const message = (stderr) => stderr.trimEnd().replace(/^error: /, "");

/** The input and the other files of a call, in memory, with the arguments that name them. */
function prepare(module, { name, ...options }) {
  const { args, files } = translate(options);
  const input = name ?? (typeof module === "string" ? "module.wat" : "module.wasm");
  return { args, input, files: { ...files, [input]: module } };
}

export function link(module, { warn = () => {}, host: _, ...options } = {}) {
  const { args, files, input } = prepare(module, options);
  if (options.plug) return composed(args, files, input, warn);
  const all = ["link", input, "--out-dir", "linked", "--report", "report.json", ...args];
  const done = command(all, { files });
  const report = done.files["report.json"];
  if (!report) throw new LinkError(message(done.stderr));
  const [file] = JSON.parse(new TextDecoder().decode(report)).files;
  file.warnings.forEach((warning) => warn(warning));
  if (file.status === "linked") return done.files[file.output];
  throw new LinkError(file.error?.message ?? message(done.stderr).replace(/\nerror: .*$/, ""), file.problems);
}

/** Links with plugs, of which there is no report: warnings and errors are what is printed. */
function composed(args, files, input, warn) {
  const output = `${input}.component.wasm`;
  const done = command(["link", input, "-o", output, ...args], { files });
  const label = /^warning: (.*)\n/gm;
  for (const [, warning] of done.stderr.matchAll(label)) warn(warning);
  if (done.status !== 0) throw new LinkError(message(done.stderr.replace(label, "")));
  return done.files[output];
}

/** What `inspect` prints. */
function inspected(module, options, format) {
  const { args, files, input } = prepare(module, options);
  const done = command(["inspect", input, ...format, ...args], { files });
  if (done.status !== 0) throw new LinkError(message(done.stderr));
  return new TextDecoder().decode(done.stdout);
}

export const inspect = (module, options = {}) => JSON.parse(inspected(module, options, ["--json"]));

export const describe = (module, options = {}) => inspected(module, options, []);

export const picture = (module, options = {}) => inspected(module, options, ["--svg"]);

export function commandLine({ warn: _, host: __, name = "program.wasm", ...options } = {}, output = name.replace(/(\.wasm|\.wat)?$/, ".component.wasm")) {
  return shown(["wasi-adapt", "link", name, ...translate(options).args, "-o", output]);
}
