import { Command } from 'commander';
import type { DocumentDiff } from '../../search/index.js';
import { type ContentDiff, findGeneration, type Snapshot } from '../../store/index.js';
import { generationWord, openChosen } from '../generation-choice.js';
import { printAnswer } from '../print-answer.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { byteSize, count } from '../quantities.js';
import { type Style, stdoutStyle } from '../style.js';
import { type OpenedStore, withStore } from '../with-store.js';

interface DiffOptions extends ProjectOptions {
  readonly files?: boolean;
}

/** What `snapdex diff --json` prints. */
interface DiffAnswer {
  readonly from: Side;
  readonly to: Side;
  readonly documents: DocumentDiff;
  /** The files of the index itself, if they were asked for. */
  readonly files?: ContentDiff;
}

interface Side {
  readonly generation: number;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** `snapdex diff`: what differs between two generations. */
export function diffCommand(): Command {
  const command = new Command('diff')
    .description(
      'Show which documents were added (A), changed (M), removed (D) and renamed (R) between two generations. ' +
        'Compares what was indexed, not the files of today.',
    )
    .argument('<from>', 'number of a generation, a tag, or a time', generationWord)
    .argument('[to]', 'number of a generation, a tag, or a time; default the newest', generationWord)
    .option('--files', 'also compare the files that the index consists of');
  return addProjectOptions(command).action(async (from: string, to: string | undefined, options: DiffOptions) => {
    const answer = await withStore({
      options,
      mode: 'read',
      command: 'diff',
      work: (opened) => compare(opened, { from, to, withFiles: options.files === true }),
    });
    printAnswer(answer, { isJson: options.json === true, render: renderDiff });
  });
}

async function compare(
  opened: OpenedStore,
  wanted: { readonly from: string; readonly to: string | undefined; readonly withFiles: boolean },
): Promise<DiffAnswer> {
  const { compareIndexes } = await import('../../search/index.js');
  const { diffSnapshots } = await import('../../store/index.js');
  const { store } = opened;
  await using before = await openChosen(opened, await findGeneration(store, wanted.from));
  const to = wanted.to === undefined ? undefined : await findGeneration(store, wanted.to);
  await using after = await openChosen(opened, to);
  const documents = await compareIndexes(before, after);
  const files = wanted.withFiles ? { files: diffSnapshots(before, after) } : {};
  return { from: sideOf(before), to: sideOf(after), documents, ...files };
}

function sideOf({ generation, manifest }: Snapshot): Side {
  return { generation, createdAt: manifest?.createdAt ?? '' };
}

function renderDiff({ from, to, documents, files }: DiffAnswer): string {
  const parts = [`generation ${from.generation} → ${to.generation}`, renderContents(documents, 'document')];
  if (files !== undefined) parts.push(renderContents(files, 'file'));
  return parts.join('\n\n');
}

function renderContents(diff: DocumentDiff | ContentDiff, noun: string): string {
  const { added, changed, removed, renamed, unchanged } = diff;
  const lines: readonly (readonly [Style, string])[] = [
    ...added.map((one) => ['green', `A ${nameOf(one)} (${byteSize(one.sizeBytes)})`] as const),
    ...changed.map((one) => {
      const sizes = `${byteSize(one.formerSizeBytes)} → ${byteSize(one.sizeBytes)}`;
      return ['yellow', `M ${nameOf(one)} (${sizes})`] as const;
    }),
    ...removed.map((one) => ['red', `D ${nameOf(one)} (${byteSize(one.sizeBytes)})`] as const),
    ...renamed.map(({ from, to }) => ['cyan', `R ${from} → ${to}`] as const),
  ];
  const summary = `${count(added.length, noun)} added, ${changed.length} changed, ${removed.length} removed, ${renamed.length} renamed, ${unchanged} unchanged`;
  return [...lines.map(([style, line]) => stdoutStyle(style, line)), summary].join('\n');
}

function nameOf(one: { readonly path: string } | { readonly name: string }): string {
  return 'path' in one ? one.path : one.name;
}
