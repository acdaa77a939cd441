import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RandomNumber } from '../search/documents/random-numbers.js';
import { documentPaths } from './corpus-project.js';

const WORDS = ['harbour', 'lantern', 'quartz', 'meadow', 'ember', 'glacier', 'walnut', 'saffron', 'pendulum', 'orchid'];

/** Changes documents of a folder at random, as fast as the disk allows: what an assistant, an editor and git do. */
export class DocumentEdits {
  readonly #root: string;
  readonly #random: RandomNumber;
  #made = 0;
  #paths: string[] | undefined;
  readonly #touched = new Set<string>();

  constructor(root: string, random: RandomNumber) {
    this.#root = root;
    this.#random = random;
  }

  /** Every path that an edit wrote and none has taken away since. */
  get touched(): readonly string[] {
    return [...this.#touched];
  }

  /** One edit, add, delete, rename or atomic save. */
  async make(): Promise<void> {
    this.#paths ??= [...(await documentPaths(this.#root))];
    const paths = this.#paths;
    this.#made += 1;
    const kind = this.#random(10);
    if (kind < 4 || paths.length < 10) return this.#append(this.#pick(paths));
    if (kind < 6) return this.#add(paths);
    if (kind < 7) return this.#saveAtomically(this.#pick(paths));
    if (kind < 8) return this.#remove(paths);
    return this.#rename(paths);
  }

  async #append(path: string): Promise<void> {
    await appendFile(join(this.#root, path), `\n\n## Note ${this.#made}\n\n${this.#sentence()}\n`);
    this.#touched.add(path);
  }

  async #add(paths: string[]): Promise<void> {
    const path = `added/${this.#random(3)}/note ${this.#made} – ${this.#word()}.md`;
    await mkdir(dirname(join(this.#root, path)), { recursive: true });
    const target = this.#pick(paths);
    const text = `# ${this.#word()} ${this.#made}\n\n${this.#sentence()} See [it](</${target}>).\n`;
    await writeFile(join(this.#root, path), text);
    paths.push(path);
    this.#touched.add(path);
  }

  /** As editors save: a new file takes the old one's name. */
  async #saveAtomically(path: string): Promise<void> {
    const file = join(this.#root, path);
    const text = await readFile(file, 'utf8');
    await writeFile(`${file}.tmp~`, `${text}\n${this.#sentence()}\n`);
    await rename(`${file}.tmp~`, file);
    this.#touched.add(path);
  }

  async #remove(paths: string[]): Promise<void> {
    const [path] = paths.splice(this.#random(paths.length), 1);
    if (path === undefined) return;
    await rm(join(this.#root, path));
    this.#touched.delete(path);
  }

  async #rename(paths: string[]): Promise<void> {
    const place = this.#random(paths.length);
    const from = this.#pick(paths, place);
    const to = `moved/${this.#random(4)}/${this.#made} ${from.split('/').at(-1) ?? 'x.md'}`;
    await mkdir(dirname(join(this.#root, to)), { recursive: true });
    await rename(join(this.#root, from), join(this.#root, to));
    paths[place] = to;
    this.#touched.delete(from);
    this.#touched.add(to);
  }

  #sentence(): string {
    return Array.from({ length: 12 }, () => this.#word()).join(' ');
  }

  #word(): string {
    return this.#pick(WORDS);
  }

  #pick(from: readonly string[], place: number = this.#random(from.length)): string {
    const found = from[place];
    if (found === undefined) throw new RangeError('nothing to pick from');
    return found;
  }
}
