/** The README: its blocks, and where the pages of the documentation lead. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openProjectIndex } from '../../dist/server/index.js';
import { cleanEnvironment, temporaryProject } from '../cli/temporary-project.js';
import { startServer } from '../end-to-end/running-server.js';

const page = readFileSync('README.md', 'utf8');

function blocks(kind: string): readonly string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text]) => text ?? '');
}

describe('the README', () => {
  it('has a client configuration that starts a server', async () => {
    await using project = await temporaryProject();
    const [json = ''] = blocks('json');
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

  it('has a program that runs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'snapdex-readme-'));
    try {
      mkdirSync(join(folder, 'node_modules'));
      symlinkSync(process.cwd(), join(folder, 'node_modules/snapdex'), 'junction');
      // `await using` is not yet a part of the language in every Node that runs this.
      const [program = ''] = blocks('ts').map((text) => text.replace('await using', 'const'));
      const end =
        "console.log(Buffer.from(await snapshot.read('counter')).toString());\nstop();\nawait store.close();\n";
      writeFileSync(join(folder, 'example.mjs'), `${program}${end}`);
      const run = promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder, env: cleanEnvironment() });
      expect((await run).stdout).toBe('1\n');
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
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
