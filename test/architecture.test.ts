import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SOURCE = fileURLToPath(new URL('../src', import.meta.url));
/** The page knows nothing of the others: the answers that it shows are typed by the package's own exports. */
const LAYERS = ['stdout', 'remedies', 'arguments', 'store', 'documents', 'search', 'page', 'server', 'cli'];
const FORBIDDEN_NAMES = /(^|[/.-])(utils?|helpers?|common|misc|shared|types)([/.]|$)/;
const WRITES = /\b(write|append|mkdir|rm|rmdir|unlink|rename|copy|link|symlink|truncate|ftruncate|utimes|chmod)\w*/;

const files = fs
  .readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll(path.sep, '/'))
  .filter((name) => name.endsWith('.ts'));

const textOf = (file: string): string => fs.readFileSync(path.join(SOURCE, file), 'utf8');

/** What `file` imports from the project, relative to the source folder. */
function importsOf(file: string): readonly string[] {
  const found = textOf(file).matchAll(/\bfrom\s+'(\.[^']+)'|\bimport\s*\(\s*'(\.[^']+)'|^import\s+'(\.[^']+)'/gm);
  return [...found].map((match) => path.posix.join(path.posix.dirname(file), match[1] ?? match[2] ?? match[3] ?? ''));
}

const layerOf = (file: string): string => file.split('/', 1)[0] ?? '';

test('a layer imports only what stands below it, and only through its index.ts', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((imported) => layerOf(imported) !== layerOf(file))
      .filter((imported) => {
        const isBelow = LAYERS.indexOf(layerOf(imported)) < LAYERS.indexOf(layerOf(file));
        return !isBelow || imported !== `${layerOf(imported)}/index.js`;
      })
      .map((imported) => `${file} imports ${imported}`),
  );
  expect(wrong).toEqual([]);
});

test('every file is in a layer and is named after an idea', () => {
  expect(files.filter((file) => !LAYERS.includes(layerOf(file)) || FORBIDDEN_NAMES.test(file))).toEqual([]);
});

test('the store writes files in one place', () => {
  const readers = files.filter((file) => file.startsWith('store/') && file !== 'store/local/node-file-system.ts');
  const wrong = readers.flatMap((file) => {
    const usesFs = /from 'node:fs(\/promises)?'/.test(textOf(file));
    return usesFs ? [...textOf(file).matchAll(/\bfs\.(\w+)/g)].map(([, name = '']) => `${file}: fs.${name}`) : [];
  });
  expect(wrong.filter((call) => WRITES.test(call.split('fs.')[1] ?? ''))).toEqual([]);
});
