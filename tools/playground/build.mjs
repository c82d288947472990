// Builds the page, one file with everything in it.
//
// usage: build.mjs TOOLS PACKAGE SAMPLES FILE
//
// TOOLS is the directory of node_modules with rolldown and jco, PACKAGE the unpacked package for npm, and SAMPLES a directory
// with the samples that are compiled.

import { readFileSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

import { SAMPLES } from "./samples.mjs";

const [tools, npm, samples, file] = process.argv.slice(2).map((argument) => path.resolve(argument));
const here = import.meta.dirname;
const { rolldown } = await import(pathToFileURL(createRequire(`${tools}/index.js`).resolve("rolldown")));
const jco = realpathSync(path.join(tools, "@bytecodealliance/jco-transpile/vendor"));

/** jco fetches its modules: here they are given to it. */
const modulesOfJco = {
  name: "modules of jco",
  transform(code, id) {
    if (!id.startsWith(jco)) return null;
    const given = code.replace(/fetchCompile\(new URL\('\.\/([^']*)', import\.meta\.url\)\)/g, "given['$1']");
    return `import { given } from ${JSON.stringify(path.join(here, "given.js"))};\n${given}`;
  },
};

/** Workers of a page that is a file cannot be modules. */
async function bundle(entry, format) {
  const alias = {
    "wasi-adapt": path.join(npm, "index.js"),
    "#modules": path.join(here, "modules.js"),
    "#host": path.join(npm, "host"),
    "@bytecodealliance/jco-transpile/component": path.join(jco, "js-component-bindgen-component.js"),
  };
  const input = path.join(here, entry);
  // jco imports it in Node alone.
  const external = ["node:fs/promises"];
  const build = await rolldown({ input, external, platform: "browser", resolve: { alias }, plugins: [modulesOfJco], logLevel: "silent" });
  const { output } = await build.generate({ format, minify: true, codeSplitting: false });
  // The text must not end the element that it is in.
  return output[0].code.replaceAll("</script", "<\\/script");
}

const data = (id, kind, bytes) =>
  `<script type="text/plain" id="${id}" data-kind="${kind}">${gzipSync(bytes, { level: 9 }).toString("base64")}</script>`;

function wasms(directory, kind, begin = "") {
  const names = readdirSync(directory).filter((name) => name.endsWith(".wasm") && name.startsWith(begin)).sort();
  return names.map((name) => data(name, kind, readFileSync(path.join(directory, name))));
}

const manifest = SAMPLES.map(({ id, title, about, name, options, run }) => ({ id, title, about, name, options, run }));
const parts = {
  VERSION: JSON.parse(readFileSync(path.join(npm, "package.json"))).version,
  STYLE: readFileSync(path.join(here, "style.css"), "utf8"),
  DATA: [
    `<script type="application/json" id="samples-data">${JSON.stringify(manifest).replaceAll("<", "\\u003c")}</script>`,
    ...SAMPLES.map(({ id, name }) => data(`sample-${id}`, "sample", readFileSync(path.join(samples, name)))),
    ...wasms(path.join(npm, "tool"), "tool"),
    ...wasms(jco, "jco", "js-component-bindgen-component"),
    `<script type="text/plain" id="worker">${await bundle("worker.js", "iife")}</script>`,
  ].join("\n"),
  PAGE: await bundle("page.js", "esm"),
};
const template = readFileSync(path.join(here, "template.html"), "utf8");
const page = template.replace(/\{\{([A-Z]+)\}\}/g, (_, name) => parts[name]);
writeFileSync(file, page);
console.log(`${String(page.length).padStart(10)} ${file}`);
