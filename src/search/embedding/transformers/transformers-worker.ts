/** The thread that loads and runs a model of `@huggingface/transformers`, so that the server's own thread is free. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';

/** What the thread is told when it starts. */
const settingsSchema = z.object({ module: z.string(), model: z.string() });
/** What the package gives, as far as it is used. */
const extractorSchema = z.custom<(texts: readonly string[], options: object) => Promise<unknown>>(
  (value) => typeof value === 'function',
);
const libraryModule = z.looseObject({
  pipeline: z.custom<(task: string, model: string) => Promise<unknown>>((value) => typeof value === 'function'),
});
const librarySchema = z.union([
  libraryModule,
  z.looseObject({ default: libraryModule }).transform((module) => module.default),
]);
const tensorSchema = z.looseObject({
  data: z.instanceof(Float32Array),
  dims: z.tuple([z.int().nonnegative(), z.int().positive()]),
});
const taskSchema = z.object({ id: z.number(), texts: z.array(z.string()) });

const settings = settingsSchema.parse(workerData);
const extractor = loadExtractor();
let isLoaded = false;
extractor.then(
  () => {
    isLoaded = true;
  },
  () => {
    // Told to whoever asks.
  },
);

parentPort?.on('message', (message: unknown) => {
  const { id, texts } = taskSchema.parse(message);
  embed(texts).then(
    ({ numbers, dimension }) => parentPort?.postMessage({ id, numbers, dimension }, [numbers.buffer]),
    (error: unknown) => {
      parentPort?.postMessage({ id, failure: error instanceof Error ? error.message : String(error), isLoaded });
    },
  );
});

async function loadExtractor(): Promise<z.infer<typeof extractorSchema>> {
  const { pipeline } = librarySchema.parse(await import(settings.module));
  return extractorSchema.parse(await pipeline('feature-extraction', settings.model));
}

async function embed(
  texts: readonly string[],
): Promise<{ readonly numbers: Float32Array<ArrayBuffer>; readonly dimension: number }> {
  const extract = await extractor;
  const { data, dims } = tensorSchema.parse(await extract(texts, { pooling: 'mean', normalize: true }));
  // A copy, since the original belongs to the package.
  return { numbers: new Float32Array(data), dimension: dims[1] };
}
