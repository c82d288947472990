// Words as a shell has them: quotes keep spaces together.
export function words(text) {
  const found = text.matchAll(/(?:'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^\s'"\\]+))(\s*)/gs);
  const all = [];
  let open = false;
  for (const [, single, double, escaped, plain, space] of found) {
    const part = single ?? double?.replace(/\\(.)/g, "$1") ?? escaped ?? plain;
    if (open) all.push(all.pop() + part);
    else all.push(part);
    open = space === "";
  }
  return all;
}
