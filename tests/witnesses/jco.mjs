// Runs a component by jco. Called as `node jco.mjs JCO REQUEST TRAP`: JCO is the module of jco's interface, REQUEST is as that of
// the witnesses, and TRAP is a file that is written if the program traps. The exit status and the streams are the program's.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [jco, request, trap] = process.argv.slice(2);
const { module, args, env, dirs } = JSON.parse(await readFile(request, 'utf8'));
const { transpile } = await import(pathToFileURL(jco));
const shims = createRequire(jco).resolve('@bytecodealliance/preview2-shim/instantiation');
const { WASIShim } = await import(pathToFileURL(shims));

const { files } = await transpile(await readFile(module), { name: 'program', instantiation: 'sync' });
const directory = join(dirname(module), 'transpiled');
for (const [name, bytes] of Object.entries({ ...files, 'package.json': '{"type":"module"}' })) {
  const file = join(directory, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}
const { instantiate } = await import(pathToFileURL(join(directory, 'program.js')));
const preopens = Object.fromEntries(dirs.map(([host, guest]) => [guest, host]));
const shim = new WASIShim({ sandbox: { preopens, env: Object.fromEntries(env), args } });

try {
  const { run } = instantiate(name => new WebAssembly.Module(files[name]), shim.getImportObject());
  run.run();
} catch (error) {
  await writeFile(trap, String(error.stack ?? error));
}
