import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeProgram } from '../../dist/cli/program.js';
import type { CommandWords, ProgramWords } from '../../dist/cli/program-words.js';
import { SnapshotStore } from '../../dist/store/index.js';
import { snapdex, temporaryProject } from '../cli/temporary-project.js';

const page = readFileSync('docs/cli.md', 'utf8');
/** What all commands share stands in front of the first command's section. */
const shared = page.slice(0, page.indexOf('\n## init\n'));

function sectionOf(name: string): string {
  const start = page.indexOf(`\n## ${name}\n`);
  if (start === -1) return '';
  const end = page.indexOf('\n## ', start + 1);
  return page.slice(start, end === -1 ? undefined : end);
}

let program: ProgramWords;
beforeAll(async () => {
  program = await describeProgram();
});

describe('docs/cli.md', () => {
  it('says which commands work on the store of another program', async () => {
    await using project = await temporaryProject();
    const store = await SnapshotStore.open(join(project.root, '.snapdex'));
    for (const text of ['1', '2']) await store.update((draft) => draft.write('file', Buffer.from(text)));
    await store.close();
    const [, listed = ''] = /that another program made .*?, (`tag`.+?) work;/.exec(shared) ?? [];
    const working = [...listed.matchAll(/`([a-z]+)`/g)].map(([, name]) => name);
    expect(working.length).toBeGreaterThan(4);
    const [out, copy] = [join(project.root, 'out'), join(project.root, 'copy')];
    const words = {
      search: ['x'],
      rollback: ['1', '--yes'],
      diff: ['1', '2'],
      export: [out],
      push: [copy],
      pull: [copy],
    };
    // What ends by itself, and asks for an index at all.
    const names = program.commands.map(({ name }) => name);
    for (const name of names.filter((one) => !['init', 'serve', 'watch', 'completion'].includes(one))) {
      const given: readonly string[] = Object.entries(words).find(([command]) => command === name)?.[1] ?? [];
      const { code, stderr } = await snapdex([name, ...given, '--root', project.root]);
      const isRefused = stderr.includes('NOT_AN_INDEX');
      expect([name, code, isRefused]).toEqual(working.includes(name) ? [name, 0, false] : [name, 1, true]);
    }
  });

  it('has a line in the table and a section for every command, in their order', () => {
    const rows = [...shared.matchAll(/^\| \[`(?<name>[a-z]+)`\]\(#\k<name>\) \|/gm)].map(({ groups }) => groups?.name);
    const names = program.commands.map(({ name }) => name);
    expect(rows).toEqual(names);
    expect(names.filter((name) => sectionOf(name) === '')).toEqual([]);
  });

  it('has every option of every command, as it is declared', () => {
    const undocumented = ({ name, options }: CommandWords) =>
      options
        .filter(({ flags }) => !isDocumented(flags, sectionOf(name)) && !isDocumented(flags, shared))
        .map(({ flags }) => `${name} ${flags}`);
    expect(program.commands.flatMap(undocumented)).toEqual([]);
  });

  it('has no option that its command does not take', () => {
    const unknown = ({ name, options }: CommandWords) =>
      [...sectionOf(name).matchAll(/^\| .*?`(?<long>--[a-z-]+)/gm)]
        .map(({ groups }) => groups?.long ?? '')
        .filter((long) => options.every((option) => option.long !== long))
        .map((long) => `${name} ${long}`);
    expect(program.commands.flatMap(unknown)).toEqual([]);
  });

  it('has every value of arguments and options that only some values are allowed for', () => {
    const missing = ({ name, arguments: taken, options }: CommandWords) =>
      [...taken, ...options]
        .flatMap(({ choices }) => choices)
        .filter((choice) => !`${sectionOf(name)}${shared}`.includes(`\`${choice}\``))
        .map((choice) => `${name} ${choice}`);
    expect(program.commands.flatMap(missing)).toEqual([]);
  });
});

function isDocumented(flags: string, text: string): boolean {
  // `-n, --limit <number>` is written as two words in code.
  return text.includes(`\`${flags.replace(', ', '`, `')}\``);
}
