/** How indexes that live in memory are kept: the whole of it as one JSON file, which takes the place of the one before. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'index.json';

/** The text that was kept last. */
export function readWhole(folder) {
  return readFileSync(join(folder, NAME), 'utf8');
}

/** Keeps this text; with two fsyncs if it is to be `durable`. */
export function writeWhole(folder, text, durability) {
  const unfinished = join(folder, `${NAME}.${process.pid}`);
  const file = openSync(unfinished, 'w');
  writeSync(file, text);
  if (durability === 'durable') fsyncSync(file);
  closeSync(file);
  renameSync(unfinished, join(folder, NAME));
  if (durability === 'durable') syncFolder(folder);
}

function syncFolder(folder) {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
