import type fc from 'fast-check';
import type { PlainStore } from './plain-store.js';
import type { RealStores } from './real-stores.js';

/** How many commands were run. */
export const operations = { count: 0 };

export type Command = fc.AsyncCommand<PlainStore, RealStores>;

/** A command that reads well in a counterexample: `rollback(1, head-2, true)`. */
export function command(
  name: string,
  parameters: readonly unknown[],
  run: (model: PlainStore, real: RealStores) => Promise<void>,
  check: (model: PlainStore) => boolean = () => true,
): Command {
  return {
    check,
    toString: () => `${name}(${parameters.map((one) => JSON.stringify(one)).join(', ')})`,
    async run(model, real) {
      operations.count += 1;
      await run(model, real);
    },
  };
}
