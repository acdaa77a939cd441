// `node --import` this file: writes to the file LOADED_FILES_LOG which modules are loaded, one a line, and `output`
// when the process first says something.
import { appendFileSync } from 'node:fs';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const note = (line) => appendFileSync(process.env.LOADED_FILES_LOG, `${line}\n`);

/** Node's hook, which it calls in a thread of its own. */
export function load(url, context, next) {
  note(url);
  return next(url, context);
}

if (isMainThread) {
  register(import.meta.url);
  const { write } = process.stdout;
  process.stdout.write = (...words) => {
    note('output');
    process.stdout.write = write;
    return write.apply(process.stdout, words);
  };
}
