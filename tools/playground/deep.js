// The state of the page in its address, behind `#`: a sample or a text, the options, and what a run gets.

import { FIELDS } from "./run.js";

const encoded = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const decoded = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

async function through(stream, bytes) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

/** What follows `#` for a state: { sample, text, options, run }. */
export async function encode({ sample, text, options, run }) {
  const parts = new URLSearchParams();
  if (sample) parts.set("sample", sample);
  else if (text) parts.set("wat", encoded(await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(text))));
  // A sample has options of its own, which these take the places of.
  if (sample || Object.keys(options).length > 0) parts.set("options", JSON.stringify(options));
  for (const key in FIELDS) if (run[key] !== FIELDS[key]) parts.set(key, run[key]);
  return parts.toString();
}

/** The state of an address, or of an empty one nothing. A wrong one gives what can be read of it. */
export async function decode(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const state = { sample: parts.get("sample") ?? undefined, run: {} };
  for (const key in FIELDS) if (parts.has(key)) state.run[key] = parts.get(key);
  try {
    const wat = parts.get("wat");
    if (wat) state.text = new TextDecoder().decode(await through(new DecompressionStream("deflate-raw"), decoded(wat)));
    if (parts.has("options")) state.options = JSON.parse(parts.get("options"));
  } catch (error) {
    console.warn("the address of the page cannot be read:", error);
  }
  return state;
}
