/** What the figures were measured on, without anything that names the machine or its owner. */
import { execFileSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import os from 'node:os';

const FILE_SYSTEMS = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlayfs'],
  [0x1a, 'apfs'],
]);

/** The machine as plain data; `folder` is where the stores are made. */
export function describeMachine(folder) {
  const { type } = statfsSync(folder);
  return {
    cores: os.availableParallelism(),
    processor: os.cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release().split('-')[0]}`,
    fileSystem: FILE_SYSTEMS.get(type) ?? `0x${type.toString(16)}`,
    node: process.version,
    commit: commitId(),
    loadBefore: os.loadavg()[0],
  };
}

/** One line for people. */
export function machineLine(machine) {
  const { cores, processor, memoryGb, system, fileSystem, node, commit, loadBefore } = machine;
  const load = loadBefore.toFixed(1);
  return `${cores} cores (${processor}), ${memoryGb} GB, ${system}, ${fileSystem}, Node ${node}, commit ${commit}, load ${load} before`;
}

function commitId() {
  try {
    const cwd = import.meta.dirname;
    const git = (...words) => execFileSync('git', words, { cwd, encoding: 'utf8', stdio: 'pipe' }).trim();
    const isChanged = git('status', '--porcelain', '--', '../src') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${isChanged ? ' with changes' : ''}`;
  } catch {
    // A copy without its history is measured as well.
    return 'unknown';
  }
}
