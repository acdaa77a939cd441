/** What a store should be: plain maps. It knows nothing of files, locks, manifests or owners. */

/** One generation. */
export interface PlainGeneration {
  readonly files: ReadonlyMap<string, string>;
  readonly metadata: { readonly [key: string]: number };
  readonly isHeld: boolean;
  readonly createdAtMs: number;
}

/** What retention asks for. */
export interface PlainRetention {
  readonly keepGenerations: number;
  readonly minimumAgeMs: number;
  readonly maximumTotalBytes?: number;
}

const NOTHING: PlainGeneration = { files: new Map(), metadata: {}, isHeld: false, createdAtMs: 0 };

export class PlainStore {
  /** Every generation that can be opened, by number, ascending. */
  readonly generations = new Map<number, PlainGeneration>();
  readonly tags = new Map<string, number>();
  /** Generations that somebody has open, one entry for each opening. */
  readonly opened: number[] = [];
  head = 0;
  nowMs = Date.now();

  /** The newest generation, or an empty one before the first. */
  get newest(): PlainGeneration {
    return this.of(this.head);
  }

  of(generation: number): PlainGeneration {
    return this.generations.get(generation) ?? NOTHING;
  }

  commit(generation: Omit<PlainGeneration, 'createdAtMs'>): void {
    this.head += 1;
    this.generations.set(this.head, { ...generation, createdAtMs: this.nowMs });
  }

  /** The store is removed, and made anew. */
  begin(): void {
    this.generations.clear();
    this.tags.clear();
    this.opened.length = 0;
    this.head = 0;
  }

  /** The head is damaged and taken away; what is newest below it comes back as a new generation. */
  recover(): void {
    this.generations.delete(this.head);
    const { files, metadata, isHeld } = this.of(Math.max(0, ...this.generations.keys()));
    this.commit({ files, metadata, isHeld });
  }

  isKept(generation: number): boolean {
    return this.opened.includes(generation) || [...this.tags.values()].includes(generation);
  }

  /** Which generations retention lets go, and which it would let go, in this order, for their size. */
  retirable({ keepGenerations, minimumAgeMs }: PlainRetention): {
    readonly gone: number[];
    readonly waiting: number[];
  } {
    const history = [...this.generations.keys()];
    const [gone, waiting]: [number[], number[]] = [[], []];
    for (const [index, generation] of history.slice(0, -1).entries()) {
      const fromNewest = history.length - index;
      const supersededMs = this.nowMs - this.of(history[index + 1] ?? 0).createdAtMs;
      const isYoung = fromNewest <= 2 * keepGenerations && supersededMs < minimumAgeMs;
      if (isYoung || this.isKept(generation)) continue;
      (fromNewest > keepGenerations ? gone : waiting).push(generation);
    }
    return { gone, waiting };
  }
}

/** Whether one of the names would have to be a file and a directory. */
export function hasFileInFile(names: Iterable<string>): boolean {
  const all = new Set(names);
  return [...all].some((name) => [...all].some((other) => other.startsWith(`${name}/`)));
}
