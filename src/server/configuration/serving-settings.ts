import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { ServerError } from '../errors.js';
import { settingAt, type WrittenPath } from './project-paths.js';
import { type Setting, textOrList, whole } from './setting.js';

/** Where and to whom HTTP is served. */
export interface ServingSettingValues {
  /** An address of this machine, or `localhost`. */
  readonly host: string;
  /** 0 is any free one. */
  readonly port: number | undefined;
  /** Names, in small letters, under which clients may reach the server beside its addresses. */
  readonly allowedHosts: readonly string[];
  /** Absolute path of the file that holds the token. */
  readonly tokenFile: string | undefined;
}

type ServingSettings = { readonly [Name in keyof ServingSettingValues]: Setting<ServingSettingValues[Name]> };

const HOST_NAME = /^[a-z\d_-]+(?:\.[a-z\d_-]+)*$/u;

/** The settings of the table `[server]`. */
export const SERVING_SETTINGS: ServingSettings = {
  host: {
    section: 'server',
    key: 'host',
    flag: '--host',
    fallback: '127.0.0.1',
    form: 'text',
    schema: z.string().refine((host) => host === 'localhost' || isIP(host) !== 0),
    allowed: '"localhost" or an IP address of this machine, such as "127.0.0.1", "::1" or "0.0.0.0" (all of them)',
  },
  port: {
    section: 'server',
    key: 'port',
    flag: '--port',
    fallback: undefined,
    form: 'number',
    ...whole({ least: 0, most: 65_535 }),
  },
  allowedHosts: {
    section: 'server',
    key: 'allowed_hosts',
    flag: '--allowed-host',
    fallback: [],
    form: 'list',
    schema: textOrList()
      .transform((names) => names.map((name) => name.toLowerCase()))
      .refine((names) => names.every((name) => HOST_NAME.test(name))),
    allowed: 'host names without scheme and port, such as "docs.example.com"',
  },
  tokenFile: {
    section: 'server',
    key: 'token_file',
    flag: '--token-file',
    fallback: undefined,
    form: 'text',
    schema: z.string().trim().min(1),
    allowed: 'a file, relative to the root or absolute',
  },
};

/** True of an address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/u.test(host);
}

/** The settings of `[server]`, each checked by itself, and where they were written. */
interface ServingCheck {
  readonly root: string;
  readonly homeDirectory: string;
  readonly values: ServingSettingValues;
  readonly writtenAt: (name: keyof ServingSettingValues) => Omit<WrittenPath, 'value'>;
}

/**
 * The settings as they hold together, with the token's file made absolute. A project's own file was written by whoever
 * wrote the project: it may not let others in, nor choose the token that lets them in.
 *
 * @throws ServerError `CONFIG_INVALID`
 */
export function checkServing({ root, homeDirectory, values, writtenAt }: ServingCheck): ServingSettingValues {
  const { host, allowedHosts, tokenFile } = values;
  const refuseProjects = (name: keyof ServingSettingValues, fault: string): void => {
    const at = writtenAt(name);
    if (at.kind !== 'project file') return;
    const { key, flag } = SERVING_SETTINGS[name];
    throw new ServerError('CONFIG_INVALID', `${settingAt({ ...at, key })}: ${fault}`, {
      remedy: `Say so in your own snapdex.toml, by SNAPDEX_${key.toUpperCase()} or ${flag}.`,
    });
  };
  if (!isLoopback(host)) refuseProjects('host', 'a project may not open the server to other machines');
  if (allowedHosts.length > 0) refuseProjects('allowedHosts', 'a project may not open the server to other names');
  if (tokenFile === undefined) return values;
  refuseProjects('tokenFile', 'a project may not choose the token');
  const expanded = /^~[/\\]/u.test(tokenFile) ? join(homeDirectory, tokenFile.slice(2)) : tokenFile;
  return { ...values, tokenFile: resolve(root, expanded) };
}
