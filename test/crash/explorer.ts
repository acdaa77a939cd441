/** One thread of `npm run crashes`. */
import { parentPort, workerData } from 'node:worker_threads';
import { Counts, type CountsMemory } from './counts.js';
import { Exploration, type ExplorationOptions } from './exploration.js';
import { stopTimers } from './machine.js';

/** What a thread is told. */
export interface ExplorerOrders {
  readonly memory: CountsMemory;
  readonly options: Omit<ExplorationOptions, 'isEnough'>;
  readonly mostStates: number;
  /** By the clock of all threads, `Date.now()`. */
  readonly endMs: number;
}

/** What most errors here say is read by code: their stacks cost more than all else about them. */
Error.stackTraceLimit = 0;
stopTimers();
const orders: ExplorerOrders = workerData;
const exploration = new Exploration(
  {
    ...orders.options,
    isEnough: ({ states }) => states.size >= orders.mostStates || Date.now() >= orders.endMs,
  },
  new Counts(orders.memory),
);
await exploration.run();
parentPort?.postMessage(exploration.violations);
