// Takes one lock again and again; a marker that only one process may make at a time proves that it is alone.
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileLock, processEnvironment } from '../../dist/store/index.js';

const [path, draftsPath, marker, violations, name, rounds] = process.argv.slice(2);
const lock = new FileLock({ path, draftsPath, environment: processEnvironment });

function isRunning(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

function enter() {
  try {
    fs.writeFileSync(marker, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    // Whoever was killed inside left its marker; a marker of a process that runs means two inside.
    const other = fs.readFileSync(marker, 'utf8');
    if (isRunning(other)) fs.appendFileSync(violations, `${process.pid} found ${other} inside\n`);
    fs.writeFileSync(marker, String(process.pid));
  }
}

let longestMs = 0;
for (let round = 0; round < Number(rounds); round++) {
  const startedMs = performance.now();
  const held = await lock.acquire({ mode: 'exclusive', holder: `${name}-${round}`, timeoutMs: 60_000 });
  longestMs = Math.max(longestMs, performance.now() - startedMs);
  enter();
  await sleep(Math.random() * 3);
  if (fs.readFileSync(marker, 'utf8') !== String(process.pid)) fs.appendFileSync(violations, 'marker was replaced\n');
  fs.rmSync(marker);
  await held.release();
}
process.stdout.write(`${JSON.stringify({ longestMs })}\n`);
