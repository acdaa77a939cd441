/**
 * Puts what the browser needs beside the compiled modules in `dist/page`: the page's own files, and the modules of
 * d3-force with their licences, as their packages ship them. The import map in `index.html` names them.
 */
import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('.', import.meta.url));
const target = fileURLToPath(new URL('../../dist/page/', import.meta.url));
const VENDORED = ['d3-force', 'd3-dispatch', 'd3-quadtree', 'd3-timer'];

for (const name of ['index.html', 'sign-in.html', 'icon.svg', 'style']) {
  cpSync(join(source, name), join(target, name), { recursive: true });
}

for (const name of VENDORED) {
  const modules = dirname(createRequire(import.meta.url).resolve(name));
  cpSync(join(modules, `${name}.min.mjs`), join(target, 'vendor', `${name}.js`));
  cpSync(join(modules, '../LICENSE'), join(target, 'vendor', `${name}.LICENSE`));
}
