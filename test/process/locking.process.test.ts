import fs from 'node:fs';
import { expect, test } from 'vitest';
import { makeTemporaryFolder } from '../store/with-store.js';
import { FULL_TIMEOUT_MS, measure, run } from './children.js';

const PROCESSES = 8;
const ROUNDS = measure(400, 30);
const KILLS = measure(100, 10);

test(
  'processes that take one lock in turn, some of them killed inside, are never two inside',
  async () => {
    const folder = makeTemporaryFolder();
    const violations = `${folder}/violations`;
    fs.mkdirSync(`${folder}/drafts`);
    fs.writeFileSync(violations, '');
    const start = (name: string, rounds: number): ReturnType<typeof run> =>
      run(
        'lock-rounds.mjs',
        `${folder}/the.lock`,
        `${folder}/drafts`,
        `${folder}/marker`,
        violations,
        name,
        String(rounds),
      );
    const workers = Array.from({ length: PROCESSES }, (_, index) => start(`worker-${index}`, ROUNDS));
    for (let kills = 0; kills < KILLS; kills++) {
      const victim = start(`victim-${kills}`, 1_000_000);
      await new Promise((resolve) => setTimeout(resolve, 150 + Math.random() * 100));
      victim.process.kill('SIGKILL');
      await victim.output;
    }
    const longest = (await Promise.all(workers.map((worker) => worker.output))).join('');
    console.info(`longest waits: ${longest.replaceAll('\n', ' ')}`);
    expect(fs.readFileSync(violations, 'utf8')).toBe('');
    fs.rmSync(folder, { recursive: true });
  },
  FULL_TIMEOUT_MS,
);
