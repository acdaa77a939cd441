import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { cleanEnvironment, exitOf, SNAPDEX } from '../../cli/temporary-project.js';

/** A `serve --http` process on a project. */
export interface ServedProject extends AsyncDisposable {
  /** Where the page is, without a slash at its end. */
  readonly origin: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** What it has written to its outputs. */
  said(): string;
  ask(path: string, question?: Question): Promise<Reply>;
  /** Ends the server, and tells its exit code. */
  end(): Promise<number | null>;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** What the page sends with whatever changes something. */
export const PAGE_HEADERS: Record<string, string> = { 'snapdex-page': '1', 'content-type': 'application/json' };

/** How it is served, besides on any free port. */
export interface Serving {
  readonly words?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export async function serveProject(
  root: string,
  { words = [], environment = {} }: Serving = {},
): Promise<ServedProject> {
  const taken = ['serve', '--http', '--port', '0', '--json', '--root', root, ...words];
  const server = spawn(process.execPath, [SNAPDEX, ...taken], { env: { ...cleanEnvironment(), ...environment } });
  let stderr = '';
  server.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const [firstLine] = await once(server.stdout, 'data');
  const announced: unknown = JSON.parse(String(firstLine));
  const port = Number(typeof announced === 'object' && announced !== null && Reflect.get(announced, 'port'));
  const end = (): Promise<number | null> => {
    server.kill('SIGTERM');
    return exitOf(server);
  };
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    process: server,
    said: () => `${String(firstLine)}${stderr}`,
    ask: (path, question = {}) => ask(port, path, question),
    end,
    [Symbol.asyncDispose]: async () => {
      await end();
    },
  };
}

/** The JSON of a reply. */
export function answerOf({ text }: Reply): unknown {
  return JSON.parse(text);
}

/** `node:http` rather than `fetch`, which does not let a test choose its `Host`. */
function ask(port: number, path: string, { method = 'GET', headers = {}, body }: Question): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers }, async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    });
    outgoing.on('error', reject);
    // A body that is only announced: the server may close before one that it refuses is sent.
    if ('content-length' in headers) outgoing.flushHeaders();
    else outgoing.end(body);
  });
}
