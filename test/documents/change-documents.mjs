// One of many programs: adds to a document and to a collection again and again, and says what was acknowledged.
import { z } from 'zod';
import { openCollection, openDocument } from '../../dist/documents/index.js';

const [directory, slot, count] = process.argv.slice(2);
const options = { lockTimeoutMs: 60_000, retention: { keepGenerations: 5, minimumAgeMs: 0 } };
const document = await openDocument(`${directory}/document`, z.array(z.string()), { ...options, initial: [] });
const collection = await openCollection(
  `${directory}/collection`,
  z.object({ by: z.string(), pad: z.string() }),
  options,
);
for (let done = 0; done < Number(count); done++) {
  const name = `${slot}-${done}`;
  await document.update((before) => [...before, name]);
  await collection.put(name, { by: slot, pad: 'x'.repeat(2000) });
  process.stdout.write(`${name}\n`);
}
await document.close();
await collection.close();
