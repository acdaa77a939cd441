/** Every command on an index on S3: it works there, or says why not. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { S3Server } from '../store/s3/s3-server.js';
import { json, type Outcome, snapdex, type TemporaryProject, temporaryProject } from './temporary-project.js';

/** A project whose index lies on a server of this test. */
async function projectOnS3(): Promise<
  AsyncDisposable & { readonly project: TemporaryProject; readonly server: S3Server; readonly there: readonly string[] }
> {
  const server = await S3Server.start();
  const project = await temporaryProject();
  const there = ['--root', project.root, '--index-path', server.locationOf('docs', join(project.root, '.cache'))];
  await json(['index', ...there]);
  return {
    project,
    server,
    there,
    [Symbol.asyncDispose]: async () => {
      await project[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** The failure that a command printed. */
function failureOf({ stderr }: Outcome): unknown {
  return JSON.parse(stderr.split('\n').findLast((line) => line.startsWith('{')) ?? '{}');
}

test('documents are found and listed, the history is told, and generations are named, compared and exported', async () => {
  await using scene = await projectOnS3();
  const { project, there } = scene;
  await project.write('docs/yeast.md', '# Yeast\n\nMore of it.\n');
  await json(['tag', 'before', ...there]);
  await json(['index', ...there]);
  expect(await json(['search', 'malt', ...there])).toMatchObject({
    stale: false,
    results: expect.arrayContaining([expect.objectContaining({ path: 'docs/guide.md' })]),
  });
  expect(await json(['status', ...there])).toMatchObject({ documents: 4, generation: 2, fileSystem: 's3' });
  expect(await json(['history', ...there])).toMatchObject({ generations: [{ generation: 2 }, { generation: 1 }] });
  expect(await json(['diff', 'before', '2', ...there])).toMatchObject({
    documents: { changed: [{ path: 'docs/yeast.md' }] },
  });
  const target = join(project.root, '.export');
  expect(await json(['export', target, '--tag', 'before', ...there])).toMatchObject({ generation: 1 });
  const exported = ['--root', project.root, '--index-path', target];
  expect(await json(['search', 'zymurgy', ...exported])).toMatchObject({ results: [{ path: 'docs/yeast.md' }] });
  await rm(target, { recursive: true });
});

test('it is rolled back, resumed, collected and checked', async () => {
  await using scene = await projectOnS3();
  const { project, there } = scene;
  await project.remove('README.md');
  await json(['index', ...there]);
  expect(await json(['rollback', '1', '--yes', ...there])).toMatchObject({ rolledBackTo: 1, documents: 4 });
  expect(await json(['resume', ...there])).toMatchObject({ resumed: true });
  await json(['index', ...there]);
  expect(await json(['collect', '--dry-run', ...there])).toMatchObject({ retired: [] });
  expect(await json(['collect', ...there])).toMatchObject({ kept: [1, 2, 3, 4, 5] });
  expect(await json(['verify', ...there])).toMatchObject({ ok: true, generation: 5 });
});

test('it is pushed to another place in the bucket, and pulled from there into a folder', async () => {
  await using scene = await projectOnS3();
  const { project, server, there } = scene;
  const place = server.locationOf('released', join(project.root, '.cache'));
  const planned = await json(['push', place, '--dry-run', ...there]);
  expect(planned).toMatchObject({ target: 's3://shelf/released', arrived: [1] });
  expect(server.bucket.keys('released')).toEqual([]);
  expect(await json(['push', place, ...there])).toMatchObject({ pulled: 1, isNew: true, arrived: [1] });
  await project.write('docs/hops.md', '# Hops\n\nAdd them late.\n');
  await json(['index', ...there]);
  expect(await json(['push', place, ...there])).toMatchObject({
    target: 's3://shelf/released',
    arrived: [2],
    files: 1,
  });
  const verified = await json(['verify', '--root', project.root, '--index-path', place]);
  expect(verified).toMatchObject({ ok: true, generation: 2 });

  await using elsewhere = await temporaryProject({});
  const at = ['--root', elsewhere.root];
  expect(await json(['pull', place, ...at])).toMatchObject({
    source: 's3://shelf/released',
    pulled: 2,
    generation: 2,
    arrived: [1, 2],
  });
  expect(await json(['search', 'hops', '--read-only', ...at])).toMatchObject({ results: [{ path: 'docs/hops.md' }] });
});

test.each([[], ['--dry-run']])(
  'a push %j to a bucket that is not there, or ignores conditions, is refused',
  async (...words) => {
    await using scene = await projectOnS3();
    const { project, server, there } = scene;
    const place = server.locationOf('released', join(project.root, '.cache'));
    const push = (location: string): Promise<Outcome> => snapdex(['push', location, '--json', ...words, ...there]);
    expect(failureOf(await push(place.replace('shelf', 'shed')))).toMatchObject({
      error: { code: 'STORE_NOT_FOUND', message: expect.stringContaining('no such bucket') },
    });
    server.ignoresConditions = true;
    expect(failureOf(await push(place))).toMatchObject({ error: { code: 'FILE_SYSTEM_UNSUPPORTED' } });
  },
);

test('doctor says what it stands on, and finds what is missing from the bucket', async () => {
  await using scene = await projectOnS3();
  const { server, there } = scene;
  expect(await json(['doctor', ...there])).toMatchObject({
    healthy: true,
    index: { exists: true, writable: true, generation: 1 },
    fileSystem: { type: 's3', exclusiveRename: true },
    generations: [{ generation: 1 }],
  });
  const { code, stdout } = await snapdex(['doctor', ...there]);
  expect([code, stdout]).toEqual([0, expect.stringContaining('object storage; conditional writes honoured')]);
  for (const key of server.bucket.keys('/files/')) server.bucket.objects.delete(key);
  const damaged = await snapdex(['doctor', ...there]);
  expect(damaged).toMatchObject({ code: 1, stdout: expect.stringMatching(/is missing.*`snapdex index`/s) });
  const verified = await snapdex(['verify', ...there]);
  expect(verified).toMatchObject({ code: 1, stdout: expect.stringContaining('`snapdex index`') });
  await json(['index', ...there]);
  expect(await json(['search', 'malt', ...there])).toMatchObject({ stale: false });
});

test('doctor before there is an index leaves nothing in the bucket', async () => {
  await using server = await S3Server.start();
  await using project = await temporaryProject();
  const there = ['--root', project.root, '--index-path', server.locationOf('docs', join(project.root, '.cache'))];
  expect(await json(['doctor', ...there])).toMatchObject({
    healthy: true,
    index: { exists: false, writable: true },
    findings: [{ code: 'STORE_NOT_FOUND' }],
  });
  expect(server.bucket.keys()).toEqual([]);
});

test('what can only be done in a folder is refused with a remedy', async () => {
  await using scene = await projectOnS3();
  const { there } = scene;
  expect(await json(['repair', '--dry-run', ...there])).toMatchObject({ ok: true, steps: [] });
  expect(failureOf(await snapdex(['repair', '--json', ...there]))).toMatchObject({
    error: { code: 'USAGE', remedy: expect.stringContaining('--dry-run') },
  });
  expect(failureOf(await snapdex(['export', 's3://shelf/copy', '--json', ...there]))).toMatchObject({
    error: { code: 'USAGE', remedy: expect.stringContaining('--index-path') },
  });
});

test('--read-only takes the index as it is', async () => {
  await using scene = await projectOnS3();
  const { project, there } = scene;
  await project.remove('README.md');
  expect(await json(['search', 'brewery', '--read-only', ...there])).toMatchObject({ stale: false });
  expect(failureOf(await snapdex(['index', '--read-only', '--json', ...there]))).toMatchObject({
    error: { code: 'STORE_READ_ONLY', remedy: expect.stringContaining('read_only') },
  });
});

test('credentials that may not read are named, with what they need', async () => {
  await using scene = await projectOnS3();
  const { server, there } = scene;
  server.forbidden = 'everything';
  expect(failureOf(await snapdex(['search', 'malt', '--json', ...there]))).toMatchObject({
    error: { code: 'STORE_UNREADABLE', remedy: expect.stringContaining('s3:ListBucket') },
  });
  server.forbidden = 'writing';
  expect(await json(['doctor', ...there])).toMatchObject({
    index: { exists: true, writable: false },
    fileSystem: { exclusiveRename: null },
  });
});

test.each([
  ['credentials that nobody knows', { AWS_ACCESS_KEY_ID: '' }, 'IO_FAILED', 'credentials'],
  ['a server that is not there', {}, 'IO_FAILED', 'endpoint'],
])('%s are named', async (_, environment, code, remedy) => {
  await using project = await temporaryProject();
  const nowhere = 's3://shelf/docs?endpoint=http://127.0.0.1:9';
  const words = ['search', 'malt', '--json', '--root', project.root, '--index-path', nowhere];
  const noProfile = { AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: 'us-east-1' };
  const failed = await snapdex(words, { environment: { ...noProfile, ...environment } });
  expect(failureOf(failed)).toMatchObject({ error: { code, remedy: expect.stringContaining(remedy) } });
});
