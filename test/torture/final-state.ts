/** The store, once everybody is gone. */
import fs from 'node:fs';
import path from 'node:path';
import { processEnvironment, SnapshotStore } from '../../dist/store/index.js';
import { openS3Storage } from '../../dist/store/s3/open-s3-storage.js';
import { readingOf } from './actors/actor.js';

/** After so long whoever is silent counts as dead, and what has no owner as left behind. */
const LONG_MS = 2 * 3_600_000;

/**
 * Reads what is left, collects, and checks; answers lines for the referee's log.
 * @param circumstances `isFarAway`: not all processes can be seen to be dead, nor could all remove what they had
 */
export async function readFinalState(
  directory: string,
  { isFarAway }: { readonly isFarAway: boolean },
): Promise<readonly string[]> {
  const lines: string[] = [];
  let laterMs = 0;
  const environment = {
    ...processEnvironment,
    now: () => Date.now() + laterMs,
    monotonicMs: () => performance.now() + laterMs,
  };
  if (isFarAway) {
    // Whoever is looked at twice, and has said nothing in between, is gone.
    await (await SnapshotStore.open(directory, { environment, collectAutomatically: false })).close();
    laterMs = LONG_MS;
  }
  await using store = await SnapshotStore.open(directory, {
    environment,
    collectAutomatically: false,
    onWarning: (message) => lines.push(`complaint on opening: ${message}`),
  });
  const { generation, digest } = await readingOf(await store.snapshot());
  lines.push(`final ${generation} ${digest}`);
  const tags = await store.tags();
  for (const tag of tags) {
    await using snapshot = await store.openGeneration(tag.generation);
    lines.push(`tag ${tag.name} ${tag.generation} ${(await readingOf(snapshot)).digest}`);
  }
  lines.push(...(await problemsOf(store, 'before collecting')));
  await store.collect({ keepGenerations: 1, minimumAgeMs: 0 });
  lines.push(...(await problemsOf(store, 'after collecting')));
  const after = await readingOf(await store.snapshot());
  if (after.generation !== generation || after.digest !== digest)
    lines.push(`complaint collecting changed the head from ${generation} to ${after.generation}`);
  const left = new Set([...tags.map((tag) => tag.generation), generation]);
  for (const entry of (await store.history()).generations)
    if (!left.has(entry.generation)) lines.push(`complaint generation ${entry.generation} was not collected`);
  for (const left of await findLeft(directory)) lines.push(`complaint ${left} is left`);
  const instances = await store.instances();
  if (instances.length !== 1) lines.push(`complaint ${instances.length} instances are registered, expected 1`);
  return lines;
}

/** Drafts and pins, once nobody is there who may have any. */
async function findLeft(directory: string): Promise<readonly string[]> {
  if (!directory.startsWith('s3://'))
    return ['drafts', 'pins', 'trash'].flatMap((folder) =>
      fs.readdirSync(path.join(directory, folder)).map((name) => `${folder}/${name}`),
    );
  const storage = await openS3Storage(directory, processEnvironment);
  const left = [...(await storage.listDrafts()), ...(await storage.listRecords('pins'))];
  return left.map(({ id }) => id);
}

async function problemsOf(store: SnapshotStore, when: string): Promise<readonly string[]> {
  return (await store.verify()).problems.map(({ code, message }) => `complaint ${when}: ${code}: ${message}`);
}
