import type { Durability } from '../../dist/store/index.js';
import type { Role, Task } from './actors/task.js';

/** What the processes do; more of them are as many again of each. */
const ROLES: readonly Role[] = ['writer', 'reader', 'writer', 'collector', 'writer', 'reader', 'rollback', 'tagger'];

/** A place that is never empty for long: whoever is killed there is followed by another with the same task. */
export type Place = Pick<Task, 'role' | 'slot' | 'durability' | 'coordinationMode' | 'isReadOnly'>;

/** Who takes part. Of each role every second one is `deferred`, unless all are to be alike, and two of four use no lock. */
export function roster(processes: number, durability: Durability | 'mixed'): readonly Place[] {
  const counts = new Map<Role, number>();
  return Array.from({ length: processes }, (_, index) => {
    const role = ROLES[index % ROLES.length] ?? 'writer';
    const count = counts.get(role) ?? 0;
    counts.set(role, count + 1);
    const isOdd = count % 2 === 1;
    return {
      role,
      slot: `${role}-${count}`,
      durability: durability === 'mixed' ? (isOdd ? 'deferred' : 'durable') : durability,
      coordinationMode: count % 4 >= 2 ? 'none' : 'file_lock',
      isReadOnly: role === 'reader' && isOdd,
    };
  });
}
