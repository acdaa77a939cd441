// One of the writers of parts/kept-writes.mjs: FOLDER WAY SLOT COUNT. Says how long each acknowledged write took.
import { WAYS } from './kept-state.mjs';

const [folder, way, slot, count] = process.argv.slice(2);
const state = await WAYS[way](folder);

process.once('message', async () => {
  const times = [];
  let refused = 0;
  for (let done = 0; done < Number(count); done += 1) {
    const startedMs = performance.now();
    try {
      await state.add(`${slot}-${done}`);
      times.push(performance.now() - startedMs);
    } catch {
      refused += 1;
    }
  }
  await state.close();
  process.send({ times, refused });
});
process.send('ready');
