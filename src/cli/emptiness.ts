import type { Configuration } from '../server/index.js';

/** What to say of a project whose index has no generation. */
export async function emptinessNote(configuration: Configuration): Promise<string> {
  const { discover } = await import('../search/index.js');
  const { documents } = await discover(configuration);
  return documents.length === 0 ? noDocumentsNote(configuration) : 'nothing is indexed: run "snapdex index"';
}

/** What to say where there is nothing to index, and what can be done about it. */
export function noDocumentsNote({ root, documentsPath, include, exclude }: Configuration): string {
  const folders = documentsPath.filter((path) => path !== '.');
  const where = folders.length === 0 ? root : `${root} (${folders.join(', ')})`;
  const left = exclude.length === 0 ? '' : ` but not ${exclude.join(', ')}`;
  return (
    `no markdown documents found in ${where}: looked for ${include.join(', ')}${left}; ` +
    'the settings "include" and "documents_path" say what is looked for and where'
  );
}
