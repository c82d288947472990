// The core modules of the tool, in browsers and wherever there is `fetch`. Bundlers find them by these expressions.

const urls = {
  "tool.core.wasm": new URL("./tool/tool.core.wasm", import.meta.url),
  "tool.core2.wasm": new URL("./tool/tool.core2.wasm", import.meta.url),
  "tool.core3.wasm": new URL("./tool/tool.core3.wasm", import.meta.url),
};

const compile = async ([name, url]) => [name, await WebAssembly.compileStreaming(fetch(url))];

export default Object.fromEntries(await Promise.all(Object.entries(urls).map(compile)));
