import { type Configuration, openProjectIndex, type ProblemReport, problemReport } from '../server/index.js';
import type { Diagnosis } from '../store/index.js';

/**
 * What `snapdex status` lists as problems, where the store is in order; why it cannot be asked is one too. Files are
 * compared for it; what only a running instance knows is not among them. Empty for a store of another program, and on S3,
 * where asking would fetch the index.
 */
export async function findDocumentProblems(
  configuration: Configuration,
  { exists, generation, problems, fileSystem }: Diagnosis,
): Promise<readonly ProblemReport[]> {
  if (!exists || generation === 0 || problems.length > 0 || fileSystem.type === 's3') return [];
  try {
    const opened = await openProjectIndex({ mode: 'read', client: 'snapdex doctor' }, configuration);
    await using index = opened.index;
    // What is odd about the place is in the diagnosis.
    return (await index.status({ checkEmbedder: true })).problems.filter(({ code }) => code !== 'STORE_WARNING');
  } catch (error) {
    const report = problemReport(error);
    return report.code === 'NOT_AN_INDEX' ? [] : [report];
  }
}
