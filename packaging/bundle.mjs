// `npm run bundle [-- FILE]`: writes the MCPB bundle, by default snapdex-VERSION.mcpb in this folder. A bundle is a zip
// of the built server and a manifest, which a desktop program installs with a click.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { strToU8, zipSync } from 'fflate';
import { manifestOf } from './manifest.mjs';
import { listTools } from './tools.mjs';

const ROOT = new URL('../', import.meta.url);
/** The command with all that it needs of other packages, and the page that it serves. */
const FOLDERS = ['dist/bundle', 'dist/page'];
/** The same input makes the same bundle, byte for byte. */
const WRITTEN_AT = new Date(1980, 0, 1);

const description = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
const target = process.argv[2] ?? fileURLToPath(new URL(`snapdex-${description.version}.mcpb`, ROOT));
const files = ['package.json', 'LICENSE', ...FOLDERS.flatMap(filesIn)].toSorted();
const manifest = manifestOf(description, await listTools(description));
const zip = zipSync(
  Object.fromEntries([
    ['manifest.json', strToU8(`${JSON.stringify(manifest, undefined, 2)}\n`)],
    ...files.map((path) => [path, readFileSync(new URL(path, ROOT))]),
  ]),
  { level: 9, mtime: WRITTEN_AT },
);
writeFileSync(target, zip);
console.log(`${target}: ${files.length + 1} files, ${(zip.length / 1e6).toFixed(2)} MB`);

function filesIn(folder) {
  return readdirSync(new URL(`${folder}/`, ROOT), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}
