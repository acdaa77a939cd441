import { join } from 'node:path';
import { type Environment, processEnvironment, surveyFileSystem } from '../../store/index.js';
import type { DocumentProblem } from './document-problem.js';
import type { DocumentRules } from './document-rules.js';

/** Looks as at a disk that may not be written to: nothing is tried out among the documents. */
const ONLY_LOOKING: Environment = {
  ...processEnvironment,
  fileSystem: {
    ...processEnvironment.fileSystem,
    makeDirectory: () => {
      throw Object.assign(new Error('documents are only looked at'), { code: 'EROFS' });
    },
  },
};

/**
 * Tells of the first place of documents where not every change is told to who watches: other machines may change files
 * there, or the host of this one. `undefined` if there is none.
 */
export async function findUntoldPlace({
  root,
  documentsPath = ['.'],
}: DocumentRules): Promise<DocumentProblem | undefined> {
  for (const path of documentsPath) {
    const { type, isNetwork } = await surveyFileSystem(join(root, path), ONLY_LOOKING);
    if (!isNetwork) continue;
    return {
      code: 'NOT_WATCHING',
      path: '',
      message: `watching: the documents are on ${type}, where changes that are made elsewhere are not told`,
      remedy: 'Files are compared with the index when something is asked, and every ten seconds or more besides.',
    };
  }
  return undefined;
}
