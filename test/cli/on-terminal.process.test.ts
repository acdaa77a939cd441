/** What only somebody at a terminal meets: questions, colours, a live screen. The terminal is a real one. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { INTERRUPT, onTerminal, WHY_NO_TERMINAL } from './real-terminal.js';
import { indexedProject, json, numberIn, snapdex, temporaryProject } from './temporary-project.js';

const ESCAPE = '\u001b[';
const CYAN = `${ESCAPE}36m`;

if (WHY_NO_TERMINAL !== undefined) console.warn(`on a terminal: ${WHY_NO_TERMINAL}`);

describe.skipIf(WHY_NO_TERMINAL !== undefined)('on a terminal', () => {
  it.each([
    { answer: 'y', code: 0, isWritten: true },
    { answer: 'n', code: 1, isWritten: false },
    { answer: '', code: 1, isWritten: false },
  ])('init asks, and after "$answer" ends with $code', async ({ answer, code, isWritten }) => {
    await using project = await temporaryProject();
    const terminal = onTerminal(['init', 'claude-code', '--root', project.root], { cwd: project.root });
    await terminal.until('[y/N]');
    expect(terminal.shown()).toContain('"mcpServers"');
    terminal.type(`${answer}\r`);
    expect([await terminal.end(), existsSync(join(project.root, '.mcp.json'))]).toEqual([code, isWritten]);
    if (isWritten) expect(readFileSync(join(project.root, '.mcp.json'), 'utf8')).toContain('snapdex');
  });

  it('rollback asks: no changes nothing, Ctrl-C neither, and yes rolls back', async () => {
    await using project = await indexedProject();
    const at = ['--root', project.root];
    for (const [typed, code, generation] of [
      ['n\r', 1, 1],
      [INTERRUPT, 1, 1],
      ['yes\r', 0, 2],
    ] as const) {
      const terminal = onTerminal(['rollback', '1', ...at]);
      await terminal.until(/Roll the index back to generation 1.*\[y\/N\]/);
      terminal.type(typed);
      expect([typed, await terminal.end()]).toEqual([typed, code]);
      expect(numberIn(await json(['status', ...at]), 'generation')).toBe(generation);
    }
  });

  it('the words of a question are coloured in what search finds, in whatever form they stand there', async () => {
    await using project = await temporaryProject({ 'a.md': '# Vat\n\nThe mashing of malt.\n' });
    await json(['index', '--root', project.root]);
    const search = ['search', 'mashed', '--root', project.root];
    const coloured = onTerminal(search);
    expect(await coloured.end()).toBe(0);
    expect(coloured.shown()).toContain(`${CYAN}a.md:1`);
    expect(coloured.shown()).toContain(`The ${ESCAPE}33mmashing${ESCAPE}39m of malt`);
    for (const environment of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      const plain = onTerminal(search, { environment });
      expect(await plain.end()).toBe(0);
      expect(plain.shown()).toContain('The mashing of malt');
      expect(plain.shown()).not.toContain(ESCAPE);
    }
    expect((await snapdex(search)).stdout).not.toContain(ESCAPE);
  });

  it('an error is red', async () => {
    const terminal = onTerminal(['status', '--root', '/none/such']);
    expect(await terminal.end()).toBe(1);
    expect(terminal.shown()).toContain(`${ESCAPE}31merror:`);
  });

  it('watch draws on a screen of its own, follows commits there, and gives the terminal back', async () => {
    await using project = await indexedProject();
    const terminal = onTerminal(['watch', '--root', project.root]);
    await terminal.until(`${ESCAPE}?1049h`);
    await terminal.until('generation 1, 4 documents');
    await project.write('later.md', '# Later\n');
    await json(['index', '--root', project.root]);
    await terminal.until('generation 2, 5 documents');
    terminal.type(INTERRUPT);
    expect(await terminal.end()).toBe(0);
    expect(terminal.shown()).toContain(`${ESCAPE}?1049l`);
  });
});
