// Works apart from the page, which so never waits: the tool in one worker, and each run of a program in another.

import { commandLine, describe, inspect, link, picture } from "wasi-adapt";
import { Exit, host } from "#host/host.js";
import { Memory } from "#host/memory.js";
import modules from "#modules";

import { given } from "./given.js";
import { answer, http } from "./http.js";

const compiled = async (all, into) => {
  for (const [name, bytes] of Object.entries(all)) into[name] = await WebAssembly.compile(bytes);
};

const tasks = {
  /** The modules of the tool, or of jco. */
  async setUp({ tool, jco }) {
    await compiled(tool ?? {}, modules);
    await compiled(jco ?? {}, given);
  },

  command: ({ options, name }) => commandLine({ ...options, name }),

  /** The report, and then what takes longer. */
  make({ module, name, options: { plug, ...options } }, tell) {
    const named = { ...options, name };
    const report = inspect(module, named);
    tell({ report });
    if (!plug) tell({ picture: picture(module, named) });
    const component = report.problems.length > 0 ? undefined : link(module, { ...named, plug });
    // With plugs there is more than the module in it.
    if (plug) tell({ picture: component ? picture(component, { name }) : picture(module, named) });
    return { component };
  },

  describe: ({ module, name, options: { plug, ...options } }) => describe(module, { ...options, name }),

  /** Runs a component that jco transpiles, or gives it a request. */
  async run({ component, args, env, stdin, files, request }, tell) {
    const { generate, $init } = await import("@bytecodealliance/jco-transpile/component");
    await $init;
    const options = { name: "program", instantiation: { tag: "sync" }, noTypescript: true, noNodejsCompat: true, base64Cutoff: 0 };
    const made = new Map(generate(component, options).files);
    const source = new Blob([made.get("program.js")], { type: "text/javascript" });
    const { instantiate } = await import(URL.createObjectURL(source));
    const memory = new Memory(files);
    let at = 0;
    const wasi = host({
      args,
      env,
      stdin: (length) => stdin.subarray(at, (at += Math.min(length, stdin.length - at))),
      stdout: (bytes) => tell({ stdout: bytes.slice() }),
      stderr: (bytes) => tell({ stderr: bytes.slice() }),
      preopens: [
        [memory.descriptor(), "/"],
        [memory.descriptor(), "."],
      ],
    });
    const end = await finish(instantiate, made, { ...wasi, ...http }, request);
    return { ...end, files: Object.fromEntries(memory.files()) };
  },
};

async function finish(instantiate, made, imports, request) {
  try {
    const core = (path) => new WebAssembly.Module(made.get(path));
    const instance = instantiate(core, imports, (module, imports) => new WebAssembly.Instance(module, imports));
    if (instance.incomingHandler) return { response: await answer(instance.incomingHandler, request) };
    if (!instance.run) return { trap: "it exports no `wasi:cli/run`, so there is nothing to run here" };
    instance.run.run();
    return { status: 0 };
  } catch (error) {
    if (error instanceof Exit) return { status: error.status };
    if (error?.constructor?.name === "ComponentError") return { status: 1 };
    return { trap: String(error?.message ?? error).replace(/^wasm trap: /, "") };
  }
}

self.onmessage = async ({ data: { id, task, ...given } }) => {
  const tell = (part) => self.postMessage({ id, part });
  try {
    self.postMessage({ id, done: await tasks[task](given, tell) });
  } catch (error) {
    self.postMessage({ id, error: { message: error.message, problems: error.problems ?? [] } });
  }
};
