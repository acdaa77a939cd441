import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { openCollection, openDocument } from '../../dist/documents/index.js';
import { FULL_TIMEOUT_MS, measure, run } from '../process/children.js';

const PROGRAMS = measure(16, 4);
const CHANGES = measure(50, 15);

it(
  'of many programs, some of them killed, every acknowledged change is kept',
  async () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'snapdex-programs-'));
    const programs = Array.from({ length: PROGRAMS }, (_, slot) =>
      run('../documents/change-documents.mjs', directory, String(slot), String(CHANGES)),
    );
    const acknowledged: string[] = [];
    for (const program of programs) program.process.stdout?.on('data', (piece) => acknowledged.push(String(piece)));
    const [killed, ...others] = programs;
    killed?.process.stdout?.once('data', () => killed.process.kill('SIGKILL'));
    await Promise.all(programs.map(({ output }) => output));
    expect(others).toHaveLength(PROGRAMS - 1);

    const names = acknowledged.join('').split('\n').slice(0, -1);
    expect(names.length).toBeGreaterThanOrEqual((PROGRAMS - 1) * CHANGES);
    const document = await openDocument(`${directory}/document`, z.array(z.string()), { initial: [] });
    const collection = await openCollection(`${directory}/collection`, z.object({ by: z.string(), pad: z.string() }));
    const inDocument = await document.read();
    const view = await collection.read();
    expect(names.filter((name) => !inDocument.includes(name) || !view.has(name))).toEqual([]);
    expect(new Set(inDocument).size).toBe(inDocument.length);
    expect(view.count).toBe(view.keys().length);
    expect((await document.store.verify()).problems).toEqual([]);
    expect((await collection.store.verify()).problems).toEqual([]);
    await document.close();
    await collection.close();
    fs.rmSync(directory, { recursive: true, maxRetries: 5 });
  },
  FULL_TIMEOUT_MS,
);
