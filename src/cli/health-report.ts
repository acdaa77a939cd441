import type { WatchBudget } from '../search/index.js';
import type { Configuration, ProblemReport } from '../server/index.js';
import type {
  DiagnosedInstance,
  Diagnosis,
  GenerationSpace,
  LockState,
  Note,
  OccupiedSpace,
  Retirement,
} from '../store/index.js';
import { findHealthProblems, type HealthFinding, isSupportedNode } from './health-findings.js';

/** What `snapdex doctor --json` prints; `null` stands for what could not be found out. */
export interface HealthReport {
  readonly healthy: boolean;
  readonly findings: readonly HealthFinding[];
  readonly node: { readonly version: string; readonly platform: string; readonly supported: boolean };
  readonly configuration: {
    readonly root: string;
    readonly rootSource: string;
    readonly files: readonly string[];
    readonly indexPath: string;
    readonly coordinationMode: string;
    readonly keepGenerations: number;
    readonly minimumAgeSeconds: number;
    readonly maximumTotalBytes: number | null;
  };
  readonly index: { readonly exists: boolean; readonly writable: boolean; readonly generation: number };
  readonly fileSystem: {
    readonly type: string;
    readonly network: boolean;
    readonly syncFolder: string | null;
    readonly full: boolean;
    readonly exclusiveRename: boolean | null;
    readonly directorySync: boolean | null;
    readonly hardLinks: boolean | null;
    readonly reflinks: boolean | null;
    readonly caseSensitive: boolean | null;
    readonly watching: boolean | null;
  };
  readonly locks: readonly {
    readonly lock: string;
    readonly holder: string;
    readonly state: LockState['state'];
    readonly lastSignOfLife: string;
    readonly pid: number | null;
    readonly host: string | null;
  }[];
  readonly instances: readonly {
    readonly id: string;
    readonly pid: number;
    readonly host: string;
    readonly client: string;
    readonly role: string;
    readonly openedAt: string;
    readonly state: DiagnosedInstance['state'];
  }[];
  /** What stays in the history, why, and what it costs; `null` where damage hides it. */
  readonly generations: readonly GenerationSpace[] | null;
  /** What the next collecting lets go. */
  readonly collectable: readonly Retirement[];
  readonly space: OccupiedSpace;
  readonly notes: readonly Note[];
  /** `null` where the system does not count watches. */
  readonly watching: WatchBudget | null;
}

/** The report on an index. */
export function reportHealth(evidence: {
  readonly diagnosis: Diagnosis;
  readonly documentProblems: readonly ProblemReport[];
  readonly configuration: Configuration;
  readonly watching: WatchBudget | undefined;
  readonly node: { readonly version: string; readonly platform: string };
}): HealthReport {
  const { diagnosis, documentProblems, configuration, watching, node } = evidence;
  const findings = findHealthProblems({ diagnosis, documentProblems, watching, nodeVersion: node.version });
  const { root, rootSource, files, indexPath, coordinationMode, keepGenerations } = configuration;
  return {
    healthy: findings.every(({ severity }) => severity === 'warning'),
    findings,
    node: { ...node, supported: isSupportedNode(node.version) },
    configuration: {
      root,
      rootSource,
      files,
      indexPath,
      coordinationMode,
      keepGenerations,
      minimumAgeSeconds: configuration.minimumAgeMs / 1000,
      maximumTotalBytes: configuration.maximumTotalBytes ?? null,
    },
    index: { exists: diagnosis.exists, writable: diagnosis.isWritable, generation: diagnosis.generation },
    fileSystem: describeFileSystem(diagnosis.fileSystem),
    locks: diagnosis.locks.map(({ lock, holder, state, lastSignOfLife, process }) => ({
      lock,
      holder,
      state,
      lastSignOfLife,
      pid: process?.pid ?? null,
      host: process?.host ?? null,
    })),
    instances: diagnosis.instances.map(({ id, identity, client, role, openedAt, state }) => ({
      id,
      pid: identity.pid,
      host: identity.host,
      client,
      role: role === '' ? 'reader' : role,
      openedAt,
      state,
    })),
    generations: diagnosis.collection?.remaining ?? (diagnosis.exists ? null : []),
    collectable: diagnosis.collection?.retirements ?? [],
    space: diagnosis.space,
    notes: diagnosis.notes,
    watching: watching ?? null,
  };
}

function describeFileSystem(survey: Diagnosis['fileSystem']): HealthReport['fileSystem'] {
  return {
    type: survey.type,
    network: survey.isNetwork,
    syncFolder: survey.syncFolder ?? null,
    full: survey.isFull,
    exclusiveRename: survey.exclusiveRename ?? null,
    directorySync: survey.directorySync ?? null,
    hardLinks: survey.hardLinks ?? null,
    reflinks: survey.reflinks ?? null,
    caseSensitive: survey.caseSensitive ?? null,
    watching: survey.watching ?? null,
  };
}
