import { SnapshotStore } from '../../dist/store/index.js';
import { type Disobedience, mountDisk } from './forgetful-file-system.js';
import { Clock, environmentOf } from './machine.js';
import { copyOf, type DirectoryNode, type Image } from './nodes.js';
import type { Promised } from './promised.js';
import { type Recording, record, STORE_PATH } from './recording.js';

const LATER_MS = 2 * 3_600_000;

/** A store after a crash, opened and used once more: its recovery may crash, and what it promises counts as well. */
export class SecondLife {
  readonly #root: DirectoryNode;
  readonly #promised: Promised;

  private constructor(root: DirectoryNode, promised: Promised) {
    this.#root = root;
    this.#promised = promised;
  }

  static async begin(image: Image, promised: Promised): Promise<SecondLife> {
    return new SecondLife(copyOf(image), { ...promised, claimed: await whatIsLeft(copyOf(image), promised) });
  }

  /** Opens it, commits and tags. */
  async record(disobedience?: Disobedience): Promise<Recording> {
    const recording = await record(
      {
        mode: this.#promised.isDeferred ? 'deferred' : 'durable',
        isSettled: false,
        steps: [
          { actions: [{ writer: 'A', operation: 'update' }], schedule: 0 },
          { actions: [{ writer: 'A', operation: 'mark' }], schedule: 0 },
        ],
      },
      {
        root: this.#root,
        promised: this.#promised,
        bootId: 'boot after the first crash',
        clock: new Clock(LATER_MS),
        letters: { A: 'c', B: 'd' },
      },
      disobedience,
    );
    return { ...recording, lastStepFrom: 0 };
  }
}

/** The generations that the crash has left whole; no later one can bring others back. */
async function whatIsLeft(root: DirectoryNode, promised: Promised): Promise<Promised['claimed']> {
  const clock = new Clock(LATER_MS);
  const fileSystem = mountDisk(root, { name: 'e', now: () => clock.nowMs });
  const environment = environmentOf({ fileSystem, clock, letter: 'e', bootId: 'boot to look' });
  const durability = promised.isDeferred ? 'deferred' : 'durable';
  const store = await SnapshotStore.open(STORE_PATH, { environment, durability, collectAutomatically: false });
  try {
    const { generations } = await store.history();
    const { problems } = await store.verify();
    const damaged = new Set(problems.map(({ generation }) => generation));
    const left = new Set(generations.map((entry) => entry.generation).filter((generation) => !damaged.has(generation)));
    return new Map([...promised.claimed].filter(([generation]) => left.has(generation)));
  } finally {
    await store.close();
  }
}
