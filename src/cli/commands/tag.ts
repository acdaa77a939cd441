import { Command, CommanderError } from 'commander';
import { findGeneration, type Tag } from '../../store/index.js';
import { EXIT_USAGE } from '../exit-codes.js';
import { generationWord } from '../generation-choice.js';
import { printAnswer } from '../print-answer.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { textTable } from '../text-table.js';
import { withStore } from '../with-store.js';

interface TagOptions extends ProjectOptions {
  readonly remove?: boolean;
}

/** `snapdex tag`: lists tags, sets one, or removes one. */
export function tagCommand(): Command {
  const command = new Command('tag')
    .description(
      'Name a generation and keep it until the tag is removed. Without a name, list the tags; without a generation, ' +
        'the newest one is meant.',
    )
    .argument('[name]', 'letters, digits, dots, dashes and underscores')
    .argument('[generation]', 'its number, as "snapdex history" lists it, another tag of it, or a time', generationWord)
    .option('--remove', 'take the name away; its generation is then kept no longer than others');
  return addProjectOptions(command).action(
    async (name: string | undefined, generation: string | undefined, options: TagOptions) => {
      if (name === undefined) return options.remove === true ? refuse('Name the tag to remove.') : listTags(options);
      if (options.remove !== true) return setTag(options, name, generation);
      return generation === undefined ? removeTag(options, name) : refuse('A tag is removed by its name alone.');
    },
  );
}

function refuse(message: string): never {
  throw new CommanderError(EXIT_USAGE, 'snapdex.tag', message);
}

async function listTags(options: TagOptions): Promise<void> {
  const tags = await withStore({ options, mode: 'read', command: 'tag', work: ({ store }) => store.tags() });
  printAnswer({ tags }, { isJson: options.json === true, render: () => renderTags(tags) });
}

function renderTags(tags: readonly Tag[]): string {
  if (tags.length === 0) return 'no tags';
  const rows = tags.map(({ name, generation, createdAt }) => [name, String(generation), createdAt]);
  return textTable([['TAG', 'GENERATION', 'SET'], ...rows], ['left', 'right', 'left']);
}

async function setTag(options: TagOptions, name: string, generation: string | undefined): Promise<void> {
  const work = { options, mode: 'write', command: 'tag' } as const;
  const tag = await withStore({
    ...work,
    work: async ({ store }) =>
      store.tag(name, generation === undefined ? undefined : await findGeneration(store, generation)),
  });
  printAnswer(tag, {
    isJson: options.json === true,
    render: () => `tag ${tag.name} keeps generation ${tag.generation}`,
  });
}

async function removeTag(options: TagOptions, name: string): Promise<void> {
  await withStore({ options, mode: 'write', command: 'tag', work: ({ store }) => store.untag(name) });
  printAnswer({ removed: name }, { isJson: options.json === true, render: () => `removed tag ${name}` });
}
