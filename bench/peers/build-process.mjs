// Builds the whole corpus into one engine's database: ENGINE FOLDER CORPUS.
import { readDocuments, readVectors } from './corpus/corpus-files.mjs';
import { ENGINES } from './engines/index.mjs';

const [name, folder, corpusFolder] = process.argv.slice(2);
const engine = await ENGINES[name]();
await engine.build(folder, { documents: readDocuments(corpusFolder), vectors: readVectors(corpusFolder) });
// Some engines keep threads and timers.
process.exit();
