/**
 * Two machines as the network has them: each a network namespace with a host name of its own, and a cable to a third one
 * between them, where a relay leads to a socket. Nothing of this machine's own network is touched.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onHost } from './elsewhere.js';
import { execute, type Needs } from './machine.js';

/** What the namespaces are made of. Those that have a name are kept in a folder that is a mount. */
export const NETWORK_NEEDS: Needs = {
  mounts: true,
  networks: true,
  commands: ['ip', 'unshare', 'hostname', 'setpriv'],
};

const PORT = 8_080;
const RELAY = fileURLToPath(new URL('programs/relay.mjs', import.meta.url));

/** One machine of the two. */
export interface NetworkedHost {
  /** What runs a program there. */
  readonly under: readonly string[];
  /** Where the relay is found from there. */
  readonly endpoint: string;
  /** Pulls the cable, or puts it back. */
  setConnected(isConnected: boolean): void;
}

export class TwoNetworks implements AsyncDisposable {
  readonly hosts: readonly NetworkedHost[];
  readonly #namespaces: readonly string[];
  readonly #relay: ChildProcess;

  /** @param socket the path of the socket that the relay leads to */
  static async make(socket: string): Promise<TwoNetworks> {
    const hub = `snapdex-${process.pid}-hub`;
    const names = ['left', 'right'].map((name) => `snapdex-${process.pid}-${name}`);
    for (const name of [hub, ...names]) execute('ip', 'netns', 'add', name);
    const hosts = names.map((name, index) => connect(hub, name, index + 1));
    // However this process ends, the relay does not outlive it.
    const command = ['--pdeathsig', 'KILL', '--', process.execPath, RELAY, String(PORT), socket];
    const relay = spawn('ip', ['netns', 'exec', hub, 'setpriv', ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (relay.stdout !== null) await once(relay.stdout, 'data');
    return new TwoNetworks(hosts, [hub, ...names], relay);
  }

  private constructor(hosts: readonly NetworkedHost[], namespaces: readonly string[], relay: ChildProcess) {
    this.hosts = hosts;
    this.#namespaces = namespaces;
    this.#relay = relay;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#relay, 'exit');
    this.#relay.kill('SIGKILL');
    await ended;
    for (const name of this.#namespaces) execute('ip', 'netns', 'delete', name);
  }
}

/** Lays a cable from the hub to a namespace, as the only network that it has beside its loopback. */
function connect(hub: string, name: string, number: number): NetworkedHost {
  const cable = `cable${number}`;
  const inHub = (...words: readonly string[]): string => execute('ip', '-n', hub, ...words);
  const inHost = (...words: readonly string[]): string => execute('ip', '-n', name, ...words);
  execute('ip', 'link', 'add', 'name', cable, 'netns', hub, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  inHub('address', 'add', `10.77.${number}.1/24`, 'dev', cable);
  inHub('link', 'set', cable, 'up');
  inHost('address', 'add', `10.77.${number}.2/24`, 'dev', 'eth0');
  for (const device of ['lo', 'eth0']) inHost('link', 'set', device, 'up');
  return {
    under: ['ip', 'netns', 'exec', name, ...onHost(name)],
    endpoint: `http://10.77.${number}.1:${PORT}`,
    setConnected: (isConnected) => void inHub('link', 'set', cable, isConnected ? 'up' : 'down'),
  };
}
