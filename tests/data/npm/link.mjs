// Links modules into files of a directory with their numbers as names; if one has problems, the file has these in JSON.
//
// usage: link.mjs DIRECTORY MODULE...

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { LinkError, link } from "wasi-adapt";

function linked(module) {
  try {
    return link(module);
  } catch (error) {
    if (error instanceof LinkError && error.problems.length > 0) return JSON.stringify(error.problems);
    throw error;
  }
}

const [directory, ...modules] = process.argv.slice(2);
for (const [at, module] of modules.entries()) {
  const isText = module.endsWith(".wat");
  writeFileSync(path.join(directory, String(at)), linked(readFileSync(module, isText ? "utf8" : undefined)));
}
