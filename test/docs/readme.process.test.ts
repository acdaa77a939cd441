/** The README: its blocks, and where the pages of the documentation lead. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openProjectIndex } from '../../dist/server/index.js';
import { temporaryProject } from '../cli/temporary-project.js';
import { startServer } from '../end-to-end/running-server.js';
import { blocksOf, ProgramFolder } from './program-folder.js';

const page = readFileSync('README.md', 'utf8');

describe('the README', () => {
  it('has a client configuration that starts a server', async () => {
    await using project = await temporaryProject();
    const [json = ''] = blocksOf(page, 'json');
    const [script, ...words] = JSON.parse(json).mcpServers.docs.args.map((word: string) =>
      word.replace('/path/to/snapdex', process.cwd()).replace('/path/to/project', project.root),
    );
    expect(existsSync(script)).toBe(true);
    expect(words[0]).toBe('serve');
    await using server = await startServer('sdk', words.slice(1));
    expect(await server.call('index_status')).toMatchObject({ root: project.root });
  });

  it('names only scripts that there are', () => {
    const scripts = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).scripts);
    const named = [...page.matchAll(/npm (?:run )?(?<name>start|test|build|bundle)\b/g)].map(
      ({ groups }) => groups?.name,
    );
    expect(named.length).toBeGreaterThan(3);
    expect(scripts).toEqual(expect.arrayContaining(named));
  });

  it('has a program that compiles and runs', async () => {
    const folder = new ProgramFolder();
    try {
      const [program = ''] = blocksOf(page, 'ts');
      folder.write('example.ts', `${program}stop();\n`);
      expect(await folder.compile('TypeScript')).toBe('');
      expect(await folder.run('example.js')).toBe('counter 1\n');
    } finally {
      folder.remove();
    }
  });
});

describe('links of the documentation', () => {
  it('lead to what is there', async () => {
    const indexPath = mkdtempSync(join(tmpdir(), 'snapdex-links-'));
    // The example's own links are broken on purpose.
    const flags = { documentsPath: ['README.md', 'docs'], exclude: ['docs/guides/example'], indexPath };
    const { index } = await openProjectIndex({ root: process.cwd(), flags, mode: 'once', client: 'test' });
    try {
      await index.indexNow();
      const { brokenLinks } = await index.links({});
      expect(brokenLinks.listed).toEqual([]);
    } finally {
      await index.close();
      rmSync(indexPath, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
