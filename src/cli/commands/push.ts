import path from 'node:path';
import { Command } from 'commander';
import { indexLocation } from '../../server/index.js';
import { isS3Location, type SnapshotStore, StoreError } from '../../store/index.js';
import { printAnswer } from '../print-answer.js';
import {
  addTransferOptions,
  isSamePlace,
  orWithout,
  planTransfer,
  renderTransfer,
  requireFolderAround,
  requireOwnIndexWritable,
  TRANSFER_PLACE,
  type TransferAnswer,
  type TransferOptions,
  transfer,
  withOtherStore,
} from '../transfer.js';
import { type OpenedStore, withStore } from '../with-store.js';

/** `snapdex push <target>`: the index of the project, with its history, into a store elsewhere. */
export function pushCommand(): Command {
  const command = new Command('push')
    .description(
      'Bring a generation of the index, with its history, into an index elsewhere, which is made if it is missing. ' +
        'Only what is not there is sent, and an interrupted push is continued by the next one.',
    )
    .argument('<target>', TRANSFER_PLACE);
  return addTransferOptions(command, 'push').action(async (place: string, options: TransferOptions) => {
    const target = await indexLocation(place);
    if (target === place) await requireFolderAround(place);
    const answer = await withStore({
      options,
      mode: 'keep',
      command: 'push',
      work: async (opened) => {
        await requireGeneration(opened.store);
        return (options.dryRun === true ? planPush : push)(target, options, opened);
      },
    });
    printAnswer(answer, { isJson: options.json === true, render: (pushed) => renderTransfer(pushed, 'push') });
  });
}

/** A pull would ask for something in the store that it pulls from, which here is the project's own. */
async function requireGeneration(store: SnapshotStore): Promise<void> {
  const { generation, damage } = await store.snapshot();
  if (generation > 0 || damage.length > 0) return;
  const text = `push: nothing is indexed yet in ${store.describe().location}`;
  throw new StoreError('GENERATION_NOT_FOUND', text, { remedy: 'Run `snapdex index` first.' });
}

async function push(location: string, options: TransferOptions, opened: OpenedStore): Promise<TransferAnswer> {
  if (isSamePlace(placeOf(location), opened.store.describe().location)) await requireOwnIndexWritable(options);
  return withOtherStore({ location, how: 'write', options, command: 'push' }, (target) =>
    transfer({ source: opened.store, target }, options, { ...opened, verb: 'push' }),
  );
}

function planPush(location: string, options: TransferOptions, opened: OpenedStore): Promise<TransferAnswer> {
  const plan = async (target: typeof opened.store | undefined): Promise<TransferAnswer> => {
    const { requireStorePlace } = await import('../../store/index.js');
    await requireStorePlace(location);
    return planTransfer({ source: opened.store, target, place: placeOf(location) }, options, opened.warn);
  };
  return orWithout(withOtherStore({ location, how: 'read', options, command: 'push' }, plan), () => plan(undefined));
}

/** What a store that is made there will call its place. */
function placeOf(location: string): string {
  return isS3Location(location) ? location.replace(/\/*(?:\?.*)?$/, '') : path.resolve(location);
}
