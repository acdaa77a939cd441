// Part of `npm run build`: the command and the threads it starts as few files, from what tsc made of `src`. Why, and why
// not the library too: docs/decisions/0501-the-command-is-bundled.md.
import { chmodSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { thirdPartyNotice } from './third-party-notice.mjs';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = fileURLToPath(new URL('../dist/bundle/', import.meta.url));

const bundle = await rolldown({
  cwd: PROJECT,
  platform: 'node',
  // jsonc-parser's other build asks for its parts in a way that cannot be followed.
  resolve: { mainFields: ['module', 'main'] },
  // Whoever keeps an index on S3 has it beside the package.
  external: ['@aws-sdk/client-s3'],
  // write-file-atomic asks for its own place, which only CommonJS modules have under this name.
  transform: { define: { __filename: 'import.meta.filename' } },
  // Threads are started by a URL beside the module that starts them, so all entries lie in one folder.
  input: {
    snapdex: 'dist/cli/main.js',
    'indexing-worker': 'dist/search/indexing/indexing-worker.js',
    'transformers-worker': 'dist/search/embedding/transformers/transformers-worker.js',
  },
});
const { output } = await bundle.write({
  dir: FOLDER,
  cleanDir: true,
  format: 'esm',
  // A hash, so that a process whose package is replaced under it misses a file instead of loading one that does not fit.
  chunkFileNames: '[name]-[hash].js',
  // Loaded first, and by what is loaded later: it would be in the command's own file, which nothing may load again.
  codeSplitting: { groups: [{ name: 'stdout', test: /dist\/stdout\// }] },
  // Names stay, so that a stack trace says something: minified, nothing starts measurably faster.
  comments: false,
});
await bundle.close();
// `npm link` makes it executable once, and the next build would write it anew.
chmodSync(`${FOLDER}snapdex.js`, 0o755);

const files = output.map(({ fileName: name, moduleIds: modules }) => ({ name, modules }));
writeFileSync(`${FOLDER}THIRD-PARTY.txt`, thirdPartyNotice(files));
