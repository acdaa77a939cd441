import { measureBulk } from './bulk.mjs';
import { measureColdOpen } from './cold-open.mjs';
import { measureCoordination } from './coordination.mjs';
import { measureDisk } from './disk.mjs';
import { measureFullIndex } from './full-index.mjs';
import { measureInstances, measureMemory } from './memory.mjs';
import { measurePersist } from './persist.mjs';
import { measureHybrid, measureKeyword, measureVector } from './queries.mjs';
import { measureRefresh } from './refresh.mjs';
import { measureReadingWhileWriting, measureWriters } from './together.mjs';

/** What can be measured. `takesAllSizes`: each size of the corpus `in turn`, or all `at once`; else only the largest. */
export const PARTS = {
  keyword: { measure: measureKeyword, takesAllSizes: 'in turn' },
  vector: { measure: measureVector, takesAllSizes: 'in turn' },
  hybrid: { measure: measureHybrid, takesAllSizes: 'in turn' },
  persist: { measure: measurePersist, takesAllSizes: 'at once' },
  coordination: { measure: measureCoordination },
  refresh: { measure: measureRefresh, takesAllSizes: 'in turn' },
  'cold-open': { measure: measureColdOpen, takesAllSizes: 'in turn' },
  memory: { measure: measureMemory, takesAllSizes: 'in turn' },
  'full-index': { measure: measureFullIndex },
  disk: { measure: measureDisk },
  'reading-while-writing': { measure: measureReadingWhileWriting },
  writers: { measure: measureWriters },
  bulk: { measure: measureBulk },
  instances: { measure: measureInstances },
};
