import { Command } from 'commander';
import { findDocumentProblems } from '../document-problems.js';
import { EXIT_FAILED } from '../exit-codes.js';
import { type HealthReport, reportHealth } from '../health-report.js';
import { keeperWords } from '../keeper-words.js';
import { printAnswer } from '../print-answer.js';
import { projectConfiguration } from '../project-configuration.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { age, byteSize, count } from '../quantities.js';
import { stdoutStyle } from '../style.js';
import { textTable } from '../text-table.js';

/** `snapdex doctor`: what the index stands on, who uses it, what it costs; exit code 1 if something is wrong. */
export function doctorCommand(): Command {
  const command = new Command('doctor').description(
    'Show what the index stands on: the file system and what it can do, locks, processes, what keeps each generation ' +
      'and what it costs, leftovers, and what should be done. Ends with 1 if something is wrong.',
  );
  return addProjectOptions(command).action(async (options: ProjectOptions) => {
    const report = await examineProject(options);
    printAnswer(report, { isJson: options.json === true, render: renderReport });
    if (!report.healthy) process.exitCode = EXIT_FAILED;
  });
}

async function examineProject(options: ProjectOptions): Promise<HealthReport> {
  const configuration = await projectConfiguration(options);
  const { diagnoseStore } = await import('../../store/index.js');
  const { readWatchBudget } = await import('../../search/index.js');
  const { keepGenerations, minimumAgeMs, maximumTotalBytes } = configuration;
  const retention = { keepGenerations, minimumAgeMs, maximumTotalBytes };
  const diagnosis = await diagnoseStore(configuration.indexPath, { retention });
  return reportHealth({
    diagnosis,
    documentProblems: await findDocumentProblems(configuration, diagnosis),
    configuration,
    watching: readWatchBudget(configuration),
    node: { version: process.versions.node, platform: process.platform },
  });
}

function renderReport(report: HealthReport): string {
  const sections = [
    renderFacts(report),
    section('PROCESSES', renderInstances(report)),
    section('LOCKS', renderLocks(report)),
    section('GENERATIONS', renderGenerations(report)),
    section('LEFT BEHIND', report.notes.map(({ message }) => message).join('\n')),
    renderFindings(report),
  ];
  return sections.filter((text) => text !== '').join('\n\n');
}

function section(title: string, text: string): string {
  return text === '' ? '' : `${stdoutStyle('bold', title)}\n${text}`;
}

function renderFacts({ node, configuration, index, fileSystem, space, watching }: HealthReport): string {
  const { root, rootSource, files, indexPath, coordinationMode } = configuration;
  const state = index.exists
    ? `generation ${index.generation}, ${index.writable ? 'writable' : 'read-only'}`
    : 'none yet';
  const facts: [string, string][] = [
    ['node', `${node.version} on ${node.platform}`],
    ['root', `${root} (${rootSource})`],
    ['settings', files.length === 0 ? 'defaults, no file' : files.join(', ')],
    ['index', `${indexPath} (${state}, ${coordinationMode})`],
    ['occupies', occupied(space)],
    ['file system', capabilities(fileSystem)],
  ];
  if (watching !== null) {
    const { folders, watchesUsed, watchLimit, instancesUsed, instanceLimit } = watching;
    const used = `${watchesUsed} of ${watchLimit} watches and ${instancesUsed} of ${instanceLimit} instances used`;
    facts.push(['watching', `${count(folders, 'folder')} to watch; ${used}`]);
  }
  return textTable(
    facts.map(([name, value]) => [stdoutStyle('bold', name), value]),
    ['left', 'left'],
  );
}

function occupied({ generations, drafts, trash, setAside }: HealthReport['space']): string {
  const parts = [`generations ${byteSize(generations)}`];
  if (drafts > 0) parts.push(`drafts ${byteSize(drafts)}`);
  if (trash > 0) parts.push(`trash ${byteSize(trash)}`);
  if (setAside > 0) parts.push(`set aside by repairs ${byteSize(setAside)}`);
  return parts.join(', ');
}

function capabilities(fileSystem: HealthReport['fileSystem']): string {
  const { type, network, syncFolder } = fileSystem;
  if (type === 's3') return `object storage; conditional writes ${conditionWords(fileSystem.exclusiveRename)}`;
  const abilities = [
    ['exclusive rename', fileSystem.exclusiveRename],
    ['directory sync', fileSystem.directorySync],
    ['hard links', fileSystem.hardLinks],
    ['reflinks', fileSystem.reflinks],
    ['case-sensitive names', fileSystem.caseSensitive],
    ['watching', fileSystem.watching],
  ] as const;
  const of = (wanted: boolean | null): string =>
    abilities.flatMap(([name, can]) => (can === wanted ? [name] : [])).join(', ');
  const parts = [
    `${type}${network ? ', on a network' : ''}${syncFolder === null ? '' : `, synced by ${syncFolder}`}`,
    ...(of(true) === '' ? [] : [`has ${of(true)}`]),
    ...(of(false) === '' ? [] : [`has no ${of(false)}`]),
    ...(of(null) === '' ? [] : [`not tried${fileSystem.full ? ', for it is full' : ''}: ${of(null)}`]),
  ];
  return parts.join('; ');
}

function conditionWords(areHonoured: boolean | null): string {
  if (areHonoured === null) return 'not tried';
  return areHonoured ? 'honoured' : 'ignored';
}

function renderInstances({ instances }: HealthReport): string {
  if (instances.length === 0) return '';
  const rows = instances.map(({ id, pid, host, client, role, openedAt, state }) => {
    return [String(pid), state, role, client, host, age(Date.now() - Date.parse(openedAt)), id];
  });
  const head = ['PID', 'STATE', 'ROLE', 'CLIENT', 'HOST', 'OPEN FOR', 'INSTANCE'];
  return textTable([head, ...rows], ['right', 'left', 'left', 'left', 'left', 'right', 'left']);
}

function renderLocks({ locks }: HealthReport): string {
  if (locks.length === 0) return '';
  const rows = locks.map(({ lock, pid, host, state, lastSignOfLife }) => {
    return [lock, String(pid ?? '?'), host ?? '?', state, age(Date.now() - Date.parse(lastSignOfLife))];
  });
  const head = ['LOCK', 'PID', 'HOST', 'STATE', 'LAST SIGN OF LIFE'];
  return textTable([head, ...rows], ['left', 'right', 'left', 'left', 'right']);
}

function renderGenerations({ generations, collectable }: HealthReport): string {
  if (generations === null) return 'cannot be told while something is damaged';
  if (generations.length + collectable.length === 0) return '';
  const kept = generations.map(({ generation, ownBytes, sharedBytes, keptBy }) => {
    return [String(generation), byteSize(ownBytes), byteSize(sharedBytes), keptBy.map(keeperWords).join(', ')];
  });
  const going = collectable.map(({ generation, freedBytes, reason }) => {
    return [String(generation), byteSize(freedBytes), '', `goes with the next collecting (${reason})`];
  });
  const rows = [...going, ...kept].sort(([a], [b]) => Number(a) - Number(b));
  return textTable([['GENERATION', 'OWN', 'SHARED', 'KEPT BY'], ...rows], ['right', 'right', 'right', 'left']);
}

function renderFindings({ healthy, findings }: HealthReport): string {
  const lines = findings.map(({ severity, code, message, remedy }, index) => {
    const label = stdoutStyle(severity === 'problem' ? 'red' : 'yellow', `${severity}:`);
    // What several have in common is said once.
    const advice = findings[index + 1]?.remedy === remedy ? '' : `\n  ${remedy}`;
    return `${label} ${message} (${code})${advice}`;
  });
  return [...lines, healthy ? stdoutStyle('green', 'healthy') : stdoutStyle('red', 'not healthy')].join('\n');
}
