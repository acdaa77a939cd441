import { processEnvironment } from '../../../dist/store/index.js';
import { chanceFrom } from '../../crash/chance.js';
import { seeded } from '../seed.js';
import { describeStorage } from '../storage-contract.js';
import { MemoryObjects } from './memory-objects.js';
import { MemoryPlace } from './object-places.js';
import { STORM, StormyObjects } from './stormy-objects.js';

describeStorage('object storage', () => {
  const place = new MemoryPlace();
  return { connect: () => place.connect(), dispose: () => place.dispose(), isDurableAtOnce: true };
});

describeStorage('object storage in a storm', () => {
  const place = new MemoryPlace();
  const chance = chanceFrom(seeded().seed);
  const objects = (): StormyObjects => new StormyObjects(new MemoryObjects(place.bucket), STORM, chance);
  return {
    connect: () => place.connect(processEnvironment, objects()),
    dispose: () => place.dispose(),
    isDurableAtOnce: true,
  };
});
