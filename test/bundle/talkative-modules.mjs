// `node --import` this file: every file of the bundle but those that take standard output says on it that it is loaded,
// in the two ways in which modules do.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const SAYING = `console.log('loaded');process.stdout.write('loaded, as I said\\n');`;

/** Node's hook, which it calls in a thread of its own. */
export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (!/\/dist\/bundle\/(?!snapdex\.js|stdout-)/.test(url)) return loaded;
  return { ...loaded, source: `${SAYING}${String(loaded.source)}` };
}

if (isMainThread) register(import.meta.url);
