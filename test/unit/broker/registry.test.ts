import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { describeDriver, driverNames, loadDriver } from '../../../src/broker/index.js';
import { LaunchpadError } from '../../../src/errors.js';

test('every driver describes itself as the registry does', async () => {
  expect(driverNames()).toEqual(['bullmq']);
  for (const name of driverNames()) expect((await loadDriver(name)).describe()).toEqual(describeDriver(name));
});

test('an unknown driver is an error with the list', async () => {
  const failure = { code: 'usage', message: 'There is no broker kafka', hint: 'There is: bullmq' };
  expect(() => describeDriver('kafka')).toThrow(LaunchpadError);
  await expect(loadDriver('kafka')).rejects.toMatchObject(failure);
});

test('describing a driver loads no client library, and loading it does', () => {
  const entry = new URL('../../../src/broker/index.ts', import.meta.url).href;
  const script = (name: string): string => `
    import { createRequire } from 'node:module';
    import { ${name} } from '${entry}';
    await ${name}('bullmq');
    const loaded = Object.keys(createRequire(import.meta.url).cache);
    console.log(loaded.some((file) => /node_modules.(bullmq|ioredis)/.test(file)));`;
  const loads = (name: string): string => {
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script(name)];
    const cwd = fileURLToPath(new URL('../../..', import.meta.url));
    return execFileSync(process.execPath, args, { cwd, encoding: 'utf8' }).trim();
  };
  expect(loads('describeDriver')).toBe('false');
  expect(loads('loadDriver')).toBe('true');
});
