/** Why a serving process ends. All of them are ordinary ends of a server's life. */
export type ProcessEnd = 'stdin-closed' | 'stdout-closed' | 'parent-gone' | 'signal';

const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const PARENT_CHECK_MS = 2000;

/** Calls `ended` when somebody asks this process to stop. */
export function onEndSignal(ended: (end: ProcessEnd) => void): void {
  for (const signal of END_SIGNALS) process.on(signal, () => ended('signal'));
}

/**
 * Calls `ended` within two seconds of the parent's death. A client that is killed may leave its pipes open in another
 * child, so that standard input alone would never tell.
 */
export function onParentGone(ended: (end: ProcessEnd) => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent && isAlive(parent)) return;
    clearInterval(timer);
    ended('parent-gone');
  }, PARENT_CHECK_MS);
  timer.unref();
}

/** On Windows a process keeps the parent id of a dead parent, so the parent itself must be looked for. */
function isAlive(pid: number): boolean {
  if (process.platform !== 'win32') return true;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Lets `closing` finish for at most `graceMs`, then ends the process with code 0; nothing durable needs more. */
export function exitAfter(closing: Promise<void>, graceMs: number): void {
  const exit = (): never => process.exit(0);
  setTimeout(exit, graceMs);
  closing.then(exit, exit);
}
