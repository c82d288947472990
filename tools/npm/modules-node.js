// The core modules of the tool, in Node.

import { readFileSync, readdirSync } from "node:fs";

const directory = new URL("./tool/", import.meta.url);
const names = readdirSync(directory).filter((name) => name.endsWith(".wasm"));

export default Object.fromEntries(
  names.map((name) => [name, new WebAssembly.Module(readFileSync(new URL(name, directory)))]),
);
