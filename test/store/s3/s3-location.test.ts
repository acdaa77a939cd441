import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SnapshotStore } from '../../../dist/store/index.js';
import { parseS3Location } from '../../../dist/store/s3/s3-location.js';
import { makeTemporaryFolder } from '../with-store.js';

describe('the URL of a store on S3', () => {
  test('names a bucket and what all keys begin with', () => {
    expect(parseS3Location('s3://my-bucket/some/where/')).toMatchObject({
      bucket: 'my-bucket',
      prefix: 'some/where',
      endpoint: undefined,
      cacheLimitBytes: 2 ** 30,
    });
  });

  test('may name an endpoint, a region, and where files are cached and how many', () => {
    const location = 's3://bucket?endpoint=http://127.0.0.1:9000&region=eu-1&cache=/var/cache/x&cacheBytes=5';
    expect(parseS3Location(location)).toEqual({
      bucket: 'bucket',
      prefix: '',
      endpoint: 'http://127.0.0.1:9000',
      region: 'eu-1',
      cacheDirectory: path.resolve('/var/cache/x/bucket/store'),
      cacheLimitBytes: 5,
    });
  });

  test.each([
    's3://',
    's3:///prefix',
    's3://UPPER/x',
    's3://bucket/../x',
    's3://bucket?secret=1',
    's3://bucket?cacheBytes=-1',
    's3://bucket?endpoint=127.0.0.1:9000',
    's3://bucket?endpoint=https://user:secret@s3.example.com',
  ])('%s is refused by name', async (location) => {
    await expect(SnapshotStore.open(location)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });
});

test('a name that no bucket can have is told from none', () => {
  expect(() => parseS3Location('s3://My_Bucket/x')).toThrow('"My_Bucket" is not allowed as the name of a bucket');
  expect(() => parseS3Location('s3:///x')).toThrow('names no bucket');
});

test('a store on S3 without a region says where one is set', async () => {
  const program = `import { SnapshotStore } from ${JSON.stringify(path.resolve('dist/store/index.js'))};
    await SnapshotStore.open('s3://bucket/x').catch(({ code, remedy }) => console.log(code, remedy));`;
  const env = { PATH: process.env.PATH, HOME: '/nonexistent' };
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { env });
  expect((await run).stdout).toMatch(/INVALID_OPTION .*AWS_REGION.*\?region=/);
});

/** Node's own loader, in which the package is not installed. */
const WITHOUT_LIBRARY = `data:text/javascript,${encodeURIComponent(`
import { register } from 'node:module';
const hooks = "export async function resolve(name, context, next) {" +
  "if (name === '@aws-sdk/client-s3') throw Object.assign(new Error('gone'), { code: 'ERR_MODULE_NOT_FOUND' });" +
  "return next(name, context); }";
register('data:text/javascript,' + encodeURIComponent(hooks));
`)}`;

async function runWithoutLibrary(program: string): Promise<string> {
  const module = JSON.stringify(path.resolve('dist/store/index.js'));
  const text = `import { SnapshotStore } from ${module};\n${program}`;
  const parameters = ['--import', WITHOUT_LIBRARY, '--input-type=module', '--eval', text];
  return (await promisify(execFile)(process.execPath, parameters)).stdout.trim();
}

test('without the library a store on S3 says what to install, and one on disk does not miss it', async () => {
  const folder = makeTemporaryFolder();
  onTestFinished(() => fs.rmSync(folder, { recursive: true }));
  const program = `
    try { await SnapshotStore.open('s3://bucket/x'); } catch (error) { console.log(error.code, error.remedy); }
    const store = await SnapshotStore.open(${JSON.stringify(path.join(folder, 'store'))});
    await store.update((draft) => draft.write('file', Buffer.from('on disk')));
    console.log(Buffer.from(await (await store.snapshot()).read('file')).toString());
    await store.close();
  `;
  expect((await runWithoutLibrary(program)).split('\n')).toEqual([
    'INVALID_OPTION Install it beside snapdex: `npm install @aws-sdk/client-s3`.',
    'on disk',
  ]);
});
