// A witness of preview1: runs a module under `node:wasi`, whose uvwasi is written in C and shares no code with the others.
// Called as `node node.mjs REQUEST OUTCOME`; wasi-common/src/main.rs says what these are.
import { readFile, writeFile } from 'node:fs/promises';
import { WASI } from 'node:wasi';

const [request, outcome] = process.argv.slice(2);
const { module, args, env, dirs } = JSON.parse(await readFile(request, 'utf8'));
const preopens = Object.fromEntries(dirs.map(([host, guest]) => [guest, host]));
const wasi = new WASI({ version: 'preview1', args, env: Object.fromEntries(env), preopens, returnOnExit: true });
const compiled = await WebAssembly.compile(await readFile(module));

async function run() {
  try {
    const instance = await WebAssembly.instantiate(compiled, wasi.getImportObject());
    if (instance.exports._start) return { code: wasi.start(instance) ?? 0 };
    wasi.initialize(instance);
    return { code: 0 };
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    return { trap: error.message };
  }
}

await writeFile(outcome, JSON.stringify(await run()));
