import { describe, expect, it } from 'vitest';
import { json, snapdex, temporaryProject } from './temporary-project.js';

const ESCAPE = '\u001b';
/** Renames a terminal's window, turns a text around, and moves the cursor by a C1 sequence. */
const EVIL = `${ESCAPE}]0;owned\u0007 \u202egnp.exe\u202c \u009b2J \u007f`;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must not be printed
const HARMFUL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u;

describe('what other people wrote', () => {
  it('cannot steer the terminal from a document', async () => {
    await using project = await temporaryProject({ 'a.md': `# Title ${EVIL}\n\nzymurgy ${EVIL}\n` });
    await json(['index', '--root', project.root]);
    const { stdout } = await snapdex(['search', 'zymurgy', '--root', project.root]);
    expect(stdout).toContain('\\u001b]0;owned\\u0007 \\u202egnp.exe');
    expect(stdout).not.toMatch(HARMFUL);
  });

  it('cannot steer the terminal from a file name, the reason of a rollback or an error', async () => {
    const name = `${ESCAPE}[2J\u202e.md`;
    await using project = await temporaryProject({ 'a.md': '# A\n', [name]: '# Zymurgy\n' });
    const at = ['--root', project.root];
    await json(['index', ...at]);
    await json(['rollback', '1', '--yes', '--reason', `${ESCAPE}[31m\nsecond line`, ...at]);
    const outcomes = [
      await snapdex(['search', 'zymurgy', ...at]),
      await snapdex(['history', ...at]),
      await snapdex(['export', `${project.root}/${ESCAPE}[2J/x`, ...at]),
      await snapdex([`${ESCAPE}[2J`]),
    ];
    for (const { stdout, stderr } of outcomes) {
      expect(stdout + stderr).toContain('\\u001b[');
      expect(stdout + stderr).not.toMatch(HARMFUL);
    }
    expect(outcomes[1]?.stdout).toContain('\\u001b[31m\\nsecond line');
  });

  it('is in the JSON as it was written', async () => {
    await using project = await temporaryProject({ 'a.md': `# ${EVIL}\n` });
    await json(['index', '--root', project.root]);
    expect(JSON.stringify(await json(['search', 'owned', '--root', project.root]))).toContain(
      '\\u001b]0;owned\\u0007 \u202e',
    );
  });
});
