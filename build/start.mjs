/** `npm start`: the server over HTTP, for as long as whoever started it is there. */
import process from 'node:process';

const LOOK_EVERY_MS = 500;

// npm hands a signal to the shell that runs the script, and the shell to nobody; `exec` is not there on Windows.
const parent = process.ppid;
const looking = setInterval(() => {
  if (process.ppid === parent) return;
  clearInterval(looking);
  process.kill(process.pid, 'SIGTERM');
}, LOOK_EVERY_MS);
looking.unref();

process.argv.splice(2, 0, 'serve', '--http');
await import('../dist/bundle/snapdex.js');
