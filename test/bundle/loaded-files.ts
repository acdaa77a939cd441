import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment, exitOf, SNAPDEX, temporaryProject } from '../cli/temporary-project.js';

const LOG_LOADED_FILES = new URL('log-loaded-files.mjs', import.meta.url).href;
const NOTICE = readFileSync(join(SNAPDEX, '../THIRD-PARTY.txt'), 'utf8');

/** The files of the bundle that a command had loaded when it first wrote to standard output. */
export async function filesLoadedBy(words: readonly string[], { input = '' } = {}): Promise<readonly string[]> {
  await using place = await temporaryProject({ 'log.txt': '' });
  const log = join(place.root, 'log.txt');
  const child = spawn(process.execPath, ['--import', LOG_LOADED_FILES, SNAPDEX, ...words], {
    env: { ...cleanEnvironment(), LOADED_FILES_LOG: log },
    cwd: tmpdir(),
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end(input);
  await exitOf(child);
  const lines = readFileSync(log, 'utf8').split('\n');
  const loaded = lines.slice(0, lines.indexOf('output'));
  return loaded.filter((url) => url.includes('/dist/bundle/')).map((url) => url.slice(url.lastIndexOf('/') + 1));
}

/** The packages of other people in these files of the bundle, without versions. */
export function packagesIn(files: readonly string[]): readonly string[] {
  const packages = files.flatMap((file) => {
    const [, listed = ''] =
      NOTICE.split('\n')
        .find((line) => line.startsWith(`${file}: `))
        ?.split(': ') ?? [];
    return listed.split(', ').map((title) => title.slice(0, title.lastIndexOf(' ')));
  });
  return [...new Set(packages)].filter((name) => name !== '').sort();
}
