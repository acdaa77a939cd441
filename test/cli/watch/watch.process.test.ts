import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { openProjectIndex } from '../../../dist/server/index.js';
import { cleanEnvironment, exitOf, json, SNAPDEX, temporaryProject, textOf } from '../temporary-project.js';

describe('snapdex watch', () => {
  it('tells the reason of a rollback as text, and whoever writes as a writer', async () => {
    await using project = await temporaryProject();
    const at = ['--root', project.root];
    await json(['index', ...at]);
    const writer = await openProjectIndex({ root: project.root, mode: 'once', client: 'snapdex index' });
    const child = spawn(process.execPath, [SNAPDEX, 'watch', ...at], { env: cleanEnvironment() });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toContain('snapdex index (writer)');
    await json(['rollback', '1', '--reason', 'too much malt', '--yes', ...at]);
    let line = '';
    while (!line.includes(' rollback to 1 ')) line = (await lines.next()).value ?? '';
    expect(line).toMatch(/ generation 2: rollback to 1 \+0 ~0 -0 by snapdex rollback .+: too much malt$/);
    child.kill('SIGTERM');
    await exitOf(child);
    await writer.index.close();
  });

  it('waits for an index, tells each commit as it happens, and a signal ends it well', async () => {
    await using project = await temporaryProject();
    const at = ['--root', project.root];
    const child = spawn(process.execPath, [SNAPDEX, 'watch', '--json', ...at], { env: cleanEnvironment() });
    const errors = textOf(child.stderr);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async (event: string): Promise<unknown> => {
      for (;;) {
        const line = await lines.next();
        if (line.done === true) throw new Error(`no ${event}: ${await errors}`);
        const told = JSON.parse(line.value);
        if (told.event === event) return told;
      }
    };
    await json(['index', ...at]);
    expect(await next('state')).toMatchObject({ generation: 1, root: project.root, documents: 4, hold: null });
    await project.write('new.md', '# New\n');
    await json(['index', ...at]);
    expect(await next('commit')).toMatchObject({ generation: 2, operation: 'index', added: 1 });
    child.kill('SIGTERM');
    expect([await exitOf(child), await errors]).toEqual([0, '']);
  });
});
