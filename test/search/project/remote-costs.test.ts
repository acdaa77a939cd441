/** What an index on S3 costs in requests: docs/scaling.md says what is measured here. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { S3Server } from '../../store/s3/s3-server.js';
import { type Project, projectWith } from './temporary-project-index.js';

const DOCUMENTS = Object.fromEntries(
  Array.from({ length: 50 }, (_, number) => [
    `d${number}.md`,
    `# Document ${number}\n\n${'words and words '.repeat(50)}\n`,
  ]),
);

type Cost = Readonly<Record<string, number>>;

/** The requests that `action` makes; prints them with their bytes. Signs of life come with the time, and are left out. */
async function costOf({ requests, bucket }: S3Server, name: string, action: () => Promise<unknown>): Promise<Cost> {
  const [before, read, written] = [requests.length, bucket.bytesRead, bucket.bytesWritten];
  await action();
  const cost: Record<string, number> = {};
  for (const { method, key } of requests.slice(before)) {
    if (method !== 'PUT' || !key.includes('/instances/')) cost[method] = (cost[method] ?? 0) + 1;
  }
  const bytes = `${bucket.bytesRead - read} bytes down, ${bucket.bytesWritten - written} up`;
  console.info(`${name}: ${JSON.stringify(cost)}, ${bytes}`);
  return cost;
}

it('costs what docs/scaling.md says', async () => {
  await using server = await S3Server.start();
  await using writing = await projectWith(DOCUMENTS);
  await using reading = await projectWith({});
  const placeOf = (project: Project): string => server.locationOf('index', join(project.root, '.cache'));
  const writer = await writing.open({ mode: 'once', indexPath: placeOf(writing) });
  const build = await costOf(server, 'first indexing', () => writer.indexNow());
  let reader = writer;
  const openReading = await costOf(server, 'open, read-only', async () => {
    reader = await reading.open({ readOnly: true, indexPath: placeOf(reading) });
  });
  const question = await costOf(server, 'question, nothing new', () => reader.search({ query: 'words' }));
  await writing.write('d1.md', '# Changed\n\nquicksilver\n');
  const save = await costOf(server, 'save of one document', () => writer.indexNow());
  const questionAfterSave = await costOf(server, 'question after it', () => reader.search({ query: 'quicksilver' }));
  const status = await costOf(server, 'status', () => reader.status());
  const most: Readonly<Record<string, Cost>> = {
    build: { GET: 16, PUT: 6, LIST: 4, DELETE: 1 },
    openReading: { GET: 6, LIST: 1 },
    question: { GET: 5 },
    save: { GET: 20, PUT: 6, LIST: 1, DELETE: 1 },
    questionAfterSave: { GET: 8 },
    status: { GET: 9, LIST: 3 },
  };
  // A look for others' commits that comes in between, or has just been, makes a difference of one.
  const costs = Object.entries({ build, openReading, question, save, questionAfterSave, status });
  for (const [name, cost] of costs) {
    expect(
      Object.entries(cost).filter(([method, count]) => count > (most[name]?.[method] ?? 0)),
      name,
    ).toEqual([]);
    expect(cost.GET, name).toBeGreaterThanOrEqual((most[name]?.GET ?? 0) - 1);
  }
});
