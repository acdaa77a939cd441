/** Engines in their own processes, as the driver sees them. */
import { startScript } from '../project.mjs';

const SCRIPT = new URL('engine-process.mjs', import.meta.url);

/** Starts an engine on a database; nothing is opened yet. `ask(what, with)` waits for its answer. */
export async function startEngine(name, { folder, corpusFolder, options = {} }) {
  const child = startScript(SCRIPT, [name, folder, corpusFolder, JSON.stringify(options)]);
  unpack(await child.answer());
  return {
    name,
    pid: child.pid,
    ask: async (what, wish = {}) => unpack(await child.ask({ ask: what, ...wish })),
    close: () => child.end(),
  };
}

/** As `startEngine`, and opened. */
export async function openEngine(name, place) {
  const engine = await startEngine(name, place);
  try {
    await engine.ask('open');
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

function unpack({ answer, failure }) {
  if (failure !== undefined) throw new Error(failure);
  return answer;
}
