/** The JSON of every command, as each prints it when it is run. */
import { spawn } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cleanEnvironment, exitOf, json, SNAPDEX, snapdex, type TemporaryProject } from '../cli/temporary-project.js';

/** What a command answered. */
export interface CommandAnswer {
  readonly name: string;
  readonly words: string;
  readonly answer: object;
}

/**
 * Commands that end by themselves, in an order in which each finds what it needs; `ROOT` is the project, `CURSOR` that of
 * the first answer which has one.
 */
const ANSWERED: readonly (readonly string[])[] = [
  ['completion', 'bash'],
  ['init', 'claude-code', '--print'],
  ['index'],
  ['search', 'yeast', '--explain', '--limit', '1'],
  ['search', 'yeest'],
  ['search', '📅'],
  ['search', 'yeast', '--embedder', 'http', '--embedding-model', 'none', '--embedding-url', 'http://127.0.0.1:9/v1'],
  ['search', 'yeast', '--as-of', '1'],
  ['tag', 'first', '1'],
  ['tag'],
  ['rollback', '1', '--reason', 'why', '--yes'],
  ['status'],
  ['history', '--limit', '1'],
  ['history'],
  ['search', 'yeast', '--limit', '1', '--cursor', 'CURSOR'],
  ['resume'],
  ['diff', '1', '--files'],
  ['export', 'ROOT/copy'],
  ['push', 'ROOT/pushed'],
  ['pull', 'ROOT/pushed'],
  ['collect', '--dry-run'],
  ['verify'],
  ['doctor'],
  ['repair', '--dry-run'],
  ['tag', '--remove', 'first'],
];

/** Runs all commands on a project that has no index yet. */
export async function answersOfAllCommands(project: TemporaryProject): Promise<readonly CommandAnswer[]> {
  const answers: CommandAnswer[] = [];
  for (const words of ANSWERED) {
    const [name = ''] = words;
    const place = words.map((word) => (word === 'CURSOR' ? cursorIn(answers) : word.replace('ROOT', project.root)));
    const answer = await json(name === 'completion' ? place : [...place, '--root', project.root]);
    answers.push({ name, words: words.join(' '), answer });
  }
  return [...answers, ...(await answersOfThoseThatGoOn(project)), ...(await answersAboutDamage(project))];
}

function cursorIn(answers: readonly CommandAnswer[]): string {
  return String(answers.map(({ answer }) => Reflect.get(answer, 'nextCursor')).find((cursor) => cursor !== undefined));
}

/** `watch` and `serve --http`, which go on until they are ended: what they say while a document changes, and a rollback. */
async function answersOfThoseThatGoOn(project: TemporaryProject): Promise<readonly CommandAnswer[]> {
  const watch = linesOf(['watch', '--root', project.root]);
  const answers = [await watch.until('state')];
  const serve = linesOf(['serve', '--http', '--port', '0', '--root', project.root]);
  answers.push(await serve.until('url'), await watch.until('joined'));
  await project.write('README.md', '---\n"broken\n---\n\n# Changed\n');
  answers.push(await watch.until('commit'), await answerTo(['status'], project));
  answers.push(await answerTo(['diff', '1', '--files'], project));
  await json(['rollback', '1', '--yes', '--root', project.root]);
  answers.push(await watch.until('hold'));
  await Promise.all([watch.end(), serve.end()]);
  // Rolled back to what the file does not hold any more.
  answers.push(await answerTo(['search', 'brewery'], project));
  return answers;
}

/** The newest generation lacks its files, and a tag keeps it: what is said of that before and after a repair. */
async function answersAboutDamage(project: TemporaryProject): Promise<readonly CommandAnswer[]> {
  await project.write('last.md', '# Last\n');
  await answerTo(['resume'], project);
  await answerTo(['index'], project);
  await answerTo(['tag', 'broken'], project);
  const generations = join(project.root, '.snapdex/generations');
  const newest = join(generations, (await readdir(generations)).sort().at(-1) ?? '');
  for (const name of await readdir(newest)) if (name !== 'manifest.json') await rm(join(newest, name));
  const answers: CommandAnswer[] = [];
  for (const words of [['repair', '--dry-run'], ['tag', '--remove', 'broken'], ['repair'], ['verify']]) {
    answers.push(await answerTo(words, project));
  }
  return answers;
}

/** The answer of a command, also of one that found problems. */
async function answerTo(words: readonly string[], project: TemporaryProject): Promise<CommandAnswer> {
  const { stdout } = await snapdex([...words, '--root', project.root, '--json']);
  return { name: words[0] ?? '', words: words.join(' '), answer: JSON.parse(stdout) };
}

/** A command with `--json` that prints a line for each event. */
function linesOf(words: readonly string[]) {
  const child = spawn(process.execPath, [SNAPDEX, ...words, '--json'], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    /** The next line of that event, or with that field. */
    until: async (wanted: string): Promise<CommandAnswer> => {
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) throw new Error(`snapdex ${words.join(' ')} ended before "${wanted}"`);
        const answer = JSON.parse(value);
        const { event } = answer;
        if (event === wanted || (event === undefined && wanted in answer)) {
          return { name: words[0] ?? '', words: `${words[0]}: ${wanted}`, answer };
        }
      }
    },
    end: async (): Promise<void> => {
      child.kill('SIGTERM');
      await exitOf(child);
    },
  };
}
