/** Who may write to standard output. It imports nothing of ours, so that it can run before anything else is loaded. */
import { Writable } from 'node:stream';

/** Standard output, reserved for the protocol. */
export interface ProtocolStdout {
  readonly stream: Writable;
  /** Resolves when the first message was handed to the operating system; never, if none is. */
  readonly firstMessage: Promise<void>;
}

let claimed: ProtocolStdout | undefined;

/**
 * Takes standard output for the protocol: the returned stream writes to it, and whatever else in this process writes
 * there from now on (`console.log` included, of any module) ends up on standard error, where it cannot break a message.
 * Whoever calls it again gets the same stream. Call it before anything else is loaded.
 */
export function claimStdout(): ProtocolStdout {
  claimed ??= divertedStdout();
  return claimed;
}

function divertedStdout(): ProtocolStdout {
  const { stdout, stderr } = process;
  const writeProtocol = stdout.write;
  Object.defineProperty(stdout, 'write', {
    configurable: true,
    writable: true,
    value: (...writeArguments: readonly unknown[]) => Reflect.apply(stderr.write, stderr, writeArguments),
  });
  let announceFirst = (): void => {};
  const firstMessage = new Promise<void>((resolve) => {
    announceFirst = resolve;
  });
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk, encoding, done) => {
      Reflect.apply(writeProtocol, stdout, [chunk, encoding, done]);
      announceFirst();
    },
  });
  // While a client is slow to read, each answer that waits for it listens here; there may be any number of them.
  stream.setMaxListeners(0);
  return { stream, firstMessage };
}

/** For these `serve` speaks to a person, or over HTTP. */
const NOT_ON_STDIO: ReadonlySet<string> = new Set(['--http', '-h', '--help', '-V', '--version']);

/** True if the command line `words` (without node and script) asks for the protocol on standard output. */
export function asksForProtocol(words: readonly string[]): boolean {
  return words[0] === 'serve' && !words.some((word) => NOT_ON_STDIO.has(word));
}
