import { Command } from 'commander';
import { indexLocation, problemReport } from '../../server/index.js';
import type { SnapshotStore } from '../../store/index.js';
import { printProblem } from '../failure.js';
import { printAnswer } from '../print-answer.js';
import { projectConfiguration } from '../project-configuration.js';
import {
  addTransferOptions,
  orWithout,
  planTransfer,
  renderTransfer,
  requireOwnIndexWritable,
  TRANSFER_PLACE,
  type TransferAnswer,
  type TransferOptions,
  transfer,
  withOtherStore,
} from '../transfer.js';
import { withStore } from '../with-store.js';

/** `snapdex pull <source>`: an index from elsewhere, with its history, into that of the project. */
export function pullCommand(): Command {
  const command = new Command('pull')
    .description(
      'Bring a generation of an index elsewhere, with its history, into the index of the project, which is made if it ' +
        'is missing. Only what is not here is fetched, and an interrupted pull is continued by the next one.',
    )
    .argument('<source>', TRANSFER_PLACE);
  return addTransferOptions(command, 'pull').action(async (place: string, options: TransferOptions) => {
    const location = await indexLocation(place);
    const how = options.dryRun === true ? 'read' : 'keep';
    if (options.dryRun !== true) await requireOwnIndexWritable(options);
    const answer = await withOtherStore({ location, how, options, command: 'pull' }, (source) =>
      (options.dryRun === true ? planPull : pull)(source, options),
    );
    printAnswer(answer, { isJson: options.json === true, render: (pulled) => renderTransfer(pulled, 'pull') });
  });
}

function pull(source: SnapshotStore, options: TransferOptions): Promise<TransferAnswer> {
  return withStore({
    options,
    mode: 'make',
    command: 'pull',
    work: (opened) => transfer({ source, target: opened.store }, options, { ...opened, verb: 'pull' }),
  });
}

function planPull(source: SnapshotStore, options: TransferOptions): Promise<TransferAnswer> {
  const warn = (problem: unknown): void =>
    printProblem('warning', problemReport(problem), { isJson: options.json === true });
  const plan = async (target: SnapshotStore | undefined): Promise<TransferAnswer> => {
    const { requireStorePlace } = await import('../../store/index.js');
    const { indexPath } = await projectConfiguration(options, { onProblem: () => {} });
    await requireStorePlace(indexPath);
    return planTransfer({ source, target, place: indexPath }, options, warn);
  };
  const planned = withStore({ options, mode: 'read', command: 'pull', work: ({ store }) => plan(store) });
  return orWithout(planned, () => plan(undefined));
}
