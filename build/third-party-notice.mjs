/** The licences of the packages in a bundle. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const INTRODUCTION =
  'Besides code of snapdex, the files in this folder hold code of other packages: first which file holds which, then ' +
  'the licence of each.';
const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/**
 * Which file holds code of which packages, and under what licence each package is.
 *
 * @param files `{ name, modules }`: a file of the bundle, and the absolute paths of the modules in it
 * @throws Error for a package without the text of its licence: what may not be passed on must not be bundled
 */
export function thirdPartyNotice(files) {
  const contents = files.map(({ name, modules }) => ({ name, folders: packageFoldersOf(modules) }));
  const packages = new Map(contents.flatMap(({ folders }) => folders).map((folder) => [folder, readPackage(folder)]));
  const lines = contents
    .filter(({ folders }) => folders.length > 0)
    .map(({ name, folders }) => `${name}: ${inOrder(folders.map((folder) => packages.get(folder).title)).join(', ')}`);
  const licences = [...packages.values()].map(({ title, licence }) => `${title} (${licence.id})\n\n${licence.text}`);
  return `${[[INTRODUCTION], inOrder(lines).join('\n'), ...inOrder(licences)].join(`\n\n${'-'.repeat(80)}\n`)}\n`;
}

/** The innermost package that each module belongs to. */
function packageFoldersOf(modules) {
  const folders = modules.map((module) => module.replaceAll('\\', '/').match(/^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/));
  return [...new Set(folders.flatMap((found) => found?.[0] ?? []))];
}

function readPackage(folder) {
  const { name, version, license: id } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (texts.length === 0) throw new Error(`${name} ${version}: found no licence text in ${folder}`);
  return { title: `${name} ${version}`, licence: { id, text: texts.join('\n\n') } };
}

function inOrder(texts) {
  return texts.toSorted((a, b) => (a < b ? -1 : 1));
}
