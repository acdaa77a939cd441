/** The manifests of the model, each kept once: a state holds their numbers, so that it stays small. */
import type { Operation } from './configuration.js';

/** A file by the generation that wrote it and the change that it was written for. */
export interface ModelFile {
  readonly owner: number;
  readonly change: number;
}

/** What a manifest of the model says. */
export interface ModelManifest {
  readonly generation: number;
  /** The change that made it, which stands for its nonce; 0 for what was there at the beginning. */
  readonly change: number;
  /** The change that made its parent. */
  readonly parent: number;
  readonly files: readonly ModelFile[];
  /** The owners of `files`, a bit each. */
  readonly owners: number;
  /** Every change that it and its ancestors were made by, a bit each. */
  readonly history: number;
  /** True if a change is in its ancestry twice. */
  readonly isDoubled: boolean;
  /** For each client its last change and that change's generation, as `change * 16 + generation`; 0 for none. */
  readonly writers: readonly number[];
}

/** What is drafted, and on what. */
export interface Drafting {
  readonly base: number;
  readonly client: number;
  readonly change: number;
  readonly operation: Operation;
  /** For a rollback: the manifest that it restores. */
  readonly target: number;
  /** Clients whose entries are pruned, a bit each. */
  readonly gone: number;
}

export class Manifests {
  readonly #all: ModelManifest[] = [];
  readonly #known = new Map<string, number>();
  readonly #drafted = new Map<number, number>();
  readonly #permuted = new Map<string, Map<number, number>>();

  constructor() {
    // Number 0 stands for "none".
    this.#keep({
      generation: 0,
      change: 0,
      parent: 0,
      files: [],
      owners: 0,
      history: 0,
      isDoubled: false,
      writers: [],
    });
  }

  get(id: number): ModelManifest {
    const found = this.#all[id];
    if (found === undefined) throw new RangeError(`manifest ${id}: there is none`);
    return found;
  }

  /** One of the generations that are there at the beginning. */
  initial(generation: number, clients: number): number {
    return this.#keep({
      generation,
      change: 0,
      parent: 0,
      files: [{ owner: generation, change: 0 }],
      owners: 1 << generation,
      history: 0,
      isDoubled: false,
      writers: Array.from({ length: clients }, () => 0),
    });
  }

  /** The manifest that a client drafts. */
  draft(drafting: Drafting): number {
    const { base, change, target, gone } = drafting;
    const key = ((base * 0x10000 + target) * 16 + change) * 256 + gone;
    const known = this.#drafted.get(key);
    if (known !== undefined) return known;
    const id = this.#draft(drafting);
    this.#drafted.set(key, id);
    return id;
  }

  /** The same manifest when clients change places: `clients[c]` is the new place of c, `changes` likewise. */
  permute(id: number, clients: readonly number[], changes: readonly number[]): number {
    const name = clients.join(' ');
    let known = this.#permuted.get(name);
    if (known === undefined) {
      known = new Map();
      this.#permuted.set(name, known);
    }
    let found = known.get(id);
    if (found === undefined) {
      found = this.#permute(this.get(id), clients, changes);
      known.set(id, found);
    }
    return found;
  }

  #draft({ base, client, change, operation, target, gone }: Drafting): number {
    const parent = this.get(base);
    const generation = parent.generation + 1;
    const own = { owner: generation, change };
    let files: readonly ModelFile[] = parent.files;
    if (operation === 'add') files = [...files, own];
    if (operation === 'replace') files = [own];
    if (operation === 'rollback') files = this.get(target).files;
    const writers = parent.writers.map((last, other) => ((gone >> other) & 1 ? 0 : last));
    writers[client] = change * 16 + generation;
    return this.#keep({
      generation,
      change,
      parent: parent.change,
      files,
      owners: files.reduce((mask, { owner }) => mask | (1 << owner), 0),
      history: parent.history | (1 << change),
      isDoubled: parent.isDoubled || ((parent.history >> change) & 1) === 1,
      writers,
    });
  }

  #permute(manifest: ModelManifest, clients: readonly number[], changes: readonly number[]): number {
    const writers = manifest.writers.map(() => 0);
    manifest.writers.forEach((last, client) => {
      writers[clients[client] ?? client] = last === 0 ? 0 : (changes[last >> 4] ?? 0) * 16 + (last & 15);
    });
    return this.#keep({
      ...manifest,
      change: changes[manifest.change] ?? 0,
      parent: changes[manifest.parent] ?? 0,
      files: manifest.files.map(({ owner, change }) => ({ owner, change: changes[change] ?? 0 })),
      history: permuteMask(manifest.history, changes),
      writers,
    });
  }

  #keep(manifest: ModelManifest): number {
    const { generation, change, parent, history, isDoubled, writers } = manifest;
    const files = manifest.files.map((file) => `${file.owner}:${file.change}`).sort();
    const key = `${generation} ${change} ${parent} ${files} ${history} ${isDoubled} ${writers}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.#all.push(manifest) - 1;
    if (id > 0xffff) throw new RangeError('more manifests than a state can name');
    this.#known.set(key, id);
    return id;
  }
}

/** The mask in which bit b has moved to bit `places[b]`. */
export function permuteMask(mask: number, places: readonly number[]): number {
  let moved = 0;
  for (let bit = 0; mask >> bit !== 0; bit++) if ((mask >> bit) & 1) moved |= 1 << (places[bit] ?? bit);
  return moved;
}
