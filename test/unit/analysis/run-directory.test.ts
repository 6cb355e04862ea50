import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse, analyseRun, forecast } from '../../../src/analysis/index.js';
import { readRunDirectory } from '../../../src/analysis/run-directory.js';
import { delivered, ended, published, runDirectory, worker } from '../../fixtures/runs.js';
import { tinyPlan } from '../../fixtures/tiny.js';

const plan = tinyPlan();
const prediction = forecast(plan, { launchpad: '1', node: 'v20' });
const run = {
  id: 'the-run',
  startedAt: null,
  launchpad: '1.2.3',
  node: 'v20.0.0',
  broker: { driver: 'bullmq', server: 'redis', version: '7', source: 'found', warnings: [] },
  drainLimitSeconds: 60,
};

/** The directory of a run of one message, in which a file says something else. */
function directoryWith(name: string, text: string): string {
  const files = {
    lab: [ended(5)],
    'producer-orders': published(0, 'orders/1'),
    'worker-emails-1': [worker(1, 11), ...delivered(0.1, 'orders/1')],
  };
  const directory = runDirectory(plan, files, { 'prediction.json': prediction, 'run.json': run });
  writeFileSync(join(directory, name), text);
  return directory;
}

const without = {
  prediction: 'Nothing is set beside the measured figures.',
  run: 'Where and with what it ran is not known.',
};

describe('a run directory', () => {
  it('that is whole gives no warning', () => {
    const files = readRunDirectory(directoryWith('run.json', JSON.stringify(run)));
    expect(files).toMatchObject({ warnings: [], run: { id: 'the-run' }, prediction: { by: 'events' } });
  });

  it.each<[string, string, string]>([
    ['prediction.json', '{"schema":"launchpad.pred', `it is not whole: .*${without.prediction}`],
    ['prediction.json', '', `it is not whole: .*${without.prediction}`],
    ['prediction.json', 'null', `it does not have the form that it should have. ${without.prediction}`],
    [
      'prediction.json',
      '{"schema":"launchpad.prediction/2"}',
      `form that it should have. ${without.prediction}`,
    ],
    [
      'prediction.json',
      '{"schema":"launchpad.prediction/x"}',
      `form that it should have. ${without.prediction}`,
    ],
    [
      'prediction.json',
      '{"schema":"launchpad.prediction/3"}',
      `a newer version of Launchpad wrote it. ${without.prediction}`,
    ],
    ['run.json', '{"id":', `it is not whole: .*${without.run}`],
    ['run.json', '"a text"', `it does not have the form that it should have. ${without.run}`],
    ['run.json', '{"id":7}', `form that it should have. ${without.run}`],
    ['run.json', '{"broker":{"driver":"bullmq"}}', `form that it should have. ${without.run}`],
    ['guess.json', '{', 'it is not whole: .*What was guessed is not known.'],
  ])('whose %s is %s gives what can be known, and says what is missing', (name, text, warning) => {
    const directory = directoryWith(name, text);
    const { result, series } = analyseRun(directory);
    expect(result.warnings.join('\n')).toMatch(
      new RegExp(`^${name.replace('.', '\\.')} can't be used: .*${warning}$`, 'm'),
    );
    expect(result.queues.emails?.accounting).toMatchObject({ effected: 1, balanced: true });
    expect(series.queues.emails?.backlog.values).toEqual([1, 0, 0]);
    if (name === 'prediction.json') expect(result.queues.emails?.predicted).toBeNull();
    if (name === 'run.json') expect(result.run).toMatchObject({ broker: null, launchpad: 'unknown' });
    expect(analyse(directory)).toEqual(result);
  });

  it('without a prediction, or with one of an older version, says nothing of it', () => {
    const older = directoryWith('prediction.json', '{"schema":"launchpad.prediction/1"}');
    expect(analyse(older).warnings).toEqual([]);
    rmSync(join(older, 'prediction.json'));
    rmSync(join(older, 'run.json'));
    expect(analyse(older).warnings).toEqual([]);
  });

  it('with something else in the place of a file says so', () => {
    const directory = directoryWith('note.txt', '');
    rmSync(join(directory, 'prediction.json'));
    mkdirSync(join(directory, 'prediction.json'));
    expect(analyse(directory).warnings.join()).toMatch(/^prediction\.json can't be used: .*EISDIR/);
  });

  it('says the settings as its prediction does, and none where the plan does not say them', () => {
    const { settings } = analyse(directoryWith('note.txt', '')).scenario;
    expect(settings?.queues.emails?.rate).toBeDefined();
    expect(settings).toEqual(prediction.result.scenario.settings);
    const { producers: _, ...scenario } = plan.scenario;
    const short = JSON.stringify({ ...plan, scenario });
    expect(analyse(directoryWith('plan.json', short)).scenario).not.toHaveProperty('settings');
  });

  it('that a newer version wrote is an error that says so, and which one', () => {
    const newer = JSON.stringify({ ...plan, schema: 'launchpad.plan/2' });
    const directory = directoryWith('plan.json', newer);
    expect(() => analyse(directory)).toThrowError(
      expect.objectContaining({
        code: 'run-too-new',
        exitCode: 2,
        message: `${directory} can't be read: Launchpad 1.2.3 wrote it, which is newer than this one`,
        hint: 'Read it with the version that wrote it, or a later one.',
      }),
    );
    rmSync(join(directory, 'run.json'));
    expect(() => analyse(directory)).toThrow(/a newer version of Launchpad than this one wrote it/);
  });

  it('whose plan is not whole is an error that names the file', () => {
    expect(() => analyse(directoryWith('plan.json', '{'))).toThrow(
      /plan\.json can't be used: it is not whole/,
    );
    expect(() => analyse(directoryWith('plan.json', '{"schema":"launchpad.plan/0"}'))).toThrow(
      /it is not a plan of the schema launchpad\.plan\/1/,
    );
  });
});
