/** docs/cli.md has the fields that commands print, and no others. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeProgram } from '../../dist/cli/program.js';
import { temporaryProject } from '../cli/temporary-project.js';
import { answersOfAllCommands, type CommandAnswer } from './cli-answers.js';

const page = readFileSync('docs/cli.md', 'utf8');
/** What all commands share stands in front of the first command's section. */
const shared = page.slice(0, page.indexOf('\n## init\n'));

/** Sections that another one refers to for some of its fields. */
const REFERRED: Readonly<Record<string, readonly string[]>> = {
  doctor: ['collect', 'verify'],
  pull: ['push'],
  watch: ['status', 'history'],
};

/**
 * Of a collecting that lets something go, which no generation is old enough for here; and of a question that is like a
 * passage without having one of its words, which takes more documents.
 */
const UNSEEN: Readonly<Record<string, readonly string[]>> = { collect: ['reason'], search: ['isByLikenessAlone'] };

let answers: readonly CommandAnswer[];
beforeAll(async () => {
  await using project = await temporaryProject();
  answers = await answersOfAllCommands(project);
}, 300_000);

describe('docs/cli.md', () => {
  it('is held against the answers of all commands', async () => {
    const { commands } = await describeProgram();
    expect([...new Set(answers.map(({ name }) => name))].sort()).toEqual(commands.map(({ name }) => name).sort());
  });

  it('is held against fields that are not always there', () => {
    const fields = fieldsOf(answers.map(({ answer }) => answer));
    const conditional = [
      'nextCursor',
      'firstPageGeneration',
      'corrections',
      'hasNoWords',
      'withoutVectors',
      'asOf',
      'explanation',
      'fileNow',
      'rolledBackTo',
      'instance',
    ];
    expect(conditional.filter((field) => !fields.includes(field))).toEqual([]);
  });

  it('has every field of every answer', () => {
    const missing = answers.flatMap(({ name, words, answer }) => {
      const text = [name, ...(REFERRED[name] ?? [])].map(sectionOf).join('') + shared;
      return fieldsOf(answer)
        .filter((field) => !hasField(text, field))
        .map((field) => `${words}: ${field}`);
    });
    expect(missing).toEqual([]);
  });

  it('has no field that its command does not print', () => {
    const names = [...new Set(answers.map(({ name }) => name))];
    const surplus = names.flatMap((name) => {
      const printed = fieldsOf(answers.filter((one) => one.name === name).map(({ answer }) => answer));
      return documentedFields(sectionOf(name))
        .filter((field) => !printed.includes(field) && UNSEEN[name]?.includes(field) !== true)
        .map((field) => `${name}: ${field}`);
    });
    expect(surplus).toEqual([]);
  });
});

function sectionOf(name: string): string {
  const start = page.indexOf(`\n## ${name}\n`);
  if (start === -1) return '';
  const end = page.indexOf('\n## ', start + 1);
  return page.slice(start, end === -1 ? undefined : end);
}

/** All field names in an answer, of inner objects too. */
function fieldsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap(fieldsOf))];
  if (typeof value !== 'object' || value === null) return [];
  return [...new Set(Object.entries(value).flatMap(([key, inner]) => [key, ...fieldsOf(inner)]))];
}

/** True if a field stands in code in the text: `a`, `a[]`, `{a,b?,c{d}}`. */
function hasField(text: string, field: string): boolean {
  const code = [...text.matchAll(/`[^`\n]+`/g)].map(([words]) => words).join(' ');
  return new RegExp(`(?<![\\w-])${field}(?![\\w-])`).test(code);
}

/** The fields that a section lists: those of the first sentence after `JSON:`, without what is said of them in brackets. */
function documentedFields(section: string): readonly string[] {
  const [, list = ''] = /^JSON: (.*?)(?:\.(?: |$)|$)/m.exec(section) ?? [];
  const code = [...list.replace(/\([^()]*\)/g, '').matchAll(/`([^`]+)`/g)].flatMap(([, words = '']) => words);
  return [...new Set(code.filter((words) => !words.startsWith('--')).flatMap((words) => words.match(/\w+/g) ?? []))];
}
