import { Command } from 'commander';
import { type ConfigurationSource, harmlessLine } from '../../server/index.js';
import { printFailure, printProblem } from '../failure.js';
import { firstIndexing } from '../first-indexing.js';
import { integerBetween } from '../integer-argument.js';
import { addProjectOptions, append, configurationFlags, type ProjectOptions } from '../project-options.js';
import { count } from '../quantities.js';
import { stderrStyle } from '../style.js';

/** How long the HTTP server may take to end after a signal: a little longer than requests under way may take. */
const CLOSE_GRACE_MS = 6000;

interface ServeOptions extends ProjectOptions {
  readonly http?: boolean;
  readonly port?: number;
  readonly host?: string;
  readonly allowedHost?: readonly string[];
  readonly tokenFile?: string;
}

/** What only HTTP has a use for. */
const HTTP_OPTIONS = [
  ['port', '--port'],
  ['host', '--host'],
  ['allowedHost', '--allowed-host'],
  ['tokenFile', '--token-file'],
] as const;

/** `snapdex serve`: MCP on standard input and output, or over HTTP. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description(
      'Serve MCP on standard input and output, for an assistant that starts this command, or over HTTP. Follows the ' +
        'documents as they change. Any number of servers may run on one project.',
    )
    .option('--http', 'serve Streamable HTTP and a page instead of standard input and output')
    .option(
      '--port <number>',
      'port of --http; default 7331, or a free one if that is taken',
      integerBetween(0, 65_535),
    )
    .option('--host <address>', 'address of --http; default 127.0.0.1. What others can reach needs a token')
    .option('--allowed-host <name>', 'name by which others reach --http, if it is no address; may be repeated', append)
    .option('--token-file <file>', 'file with the token that clients of --http must show; made if it is not there');
  return addProjectOptions(command).action(async (options: ServeOptions, self: Command) => {
    if (options.http === true) return serveOverHttp(options);
    const unused = HTTP_OPTIONS.find(([name]) => options[name] !== undefined);
    if (unused !== undefined) self.error(`${unused[1]} needs --http`);
    if (process.stdin.isTTY === true) {
      sayToPerson('speaks MCP on standard input, for an assistant that starts it; --http serves people’s tools');
    }
    const { serveStdio } = await import('../../server/index.js');
    await serveStdio(servingRequest(options));
  });
}

async function serveOverHttp(options: ServeOptions): Promise<void> {
  const isJson = options.json === true;
  const { exitAfter, onEndSignal, packageVersion, serveHttp } = await import('../../server/index.js');
  const { PrometheusMetrics } = await import('../prometheus-metrics.js');
  const serving = await serveHttp({ ...servingRequest(options), metrics: new PrometheusMetrics() });
  let isEnding = false;
  onEndSignal(() => {
    // Who asks twice does not want to wait.
    exitAfter(serving.close(), isEnding ? 0 : CLOSE_GRACE_MS);
    isEnding = true;
  });
  const { url, port, takenPort } = serving;
  const say = isJson ? () => {} : sayToPerson;
  if (isJson) process.stdout.write(`${JSON.stringify({ url, port })}\n`);
  if (takenPort !== undefined) say(`port ${takenPort} is taken, using ${port} instead`);
  const pageUrl = new URL('/', url).href;
  say(
    `${packageVersion()} serves MCP at ${stderrStyle('cyan', url)}, and a page at ${stderrStyle('cyan', pageUrl)} ` +
      '(Ctrl-C ends it)',
  );
  if (serving.token !== undefined) {
    const { place, isNew } = serving.token;
    say(`wants clients to show the token of ${harmlessLine(place)}${isNew ? ', which is new' : ''}`);
  }
  try {
    const { generation, documents, chunks, root, indexPath } = await firstIndexing(await serving.session.open());
    say(
      `found ${count(documents, 'document')} with ${count(chunks, 'passage')} in ${harmlessLine(root)} ` +
        `(generation ${generation}, index in ${harmlessLine(indexPath)}); ready at ${stderrStyle('cyan', url)}`,
    );
  } catch (error) {
    if (isEnding) return;
    // No client is attached yet and a person is watching, so an index that cannot be opened ends the server.
    printFailure(error, { isJson });
    await serving.close();
    process.exit(1);
  }
}

function servingRequest(options: ServeOptions): ConfigurationSource {
  return {
    ...(options.root === undefined ? {} : { root: options.root }),
    flags: {
      ...configurationFlags(options),
      port: options.port,
      host: options.host,
      allowedHosts: options.allowedHost,
      tokenFile: options.tokenFile,
    },
    onProblem: (problem) => printProblem('warning', problem, { isJson: options.json === true }),
  };
}

function sayToPerson(text: string): void {
  process.stderr.write(`${stderrStyle('bold', 'snapdex')} ${text}\n`);
}
