// Links modules into files of a directory with their numbers as names.
//
// usage: link.mjs DIRECTORY MODULE...

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { link } from "wasi-adapt";

const [directory, ...modules] = process.argv.slice(2);
for (const [at, module] of modules.entries()) {
  const isText = module.endsWith(".wat");
  writeFileSync(path.join(directory, String(at)), link(readFileSync(module, isText ? "utf8" : undefined)));
}
