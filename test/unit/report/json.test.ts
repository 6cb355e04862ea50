import { describe, expect, it } from 'vitest';
import { renderJson } from '../../../src/report/json.js';
import type { Result } from '../../../src/result/types.js';
import { inconclusive, outage, predictedOutage } from '../../fixtures/results.js';

describe('the JSON', () => {
  it.each([
    ['a run', outage],
    ['a lost broker', inconclusive],
    ['a prediction', predictedOutage],
  ])('of %s reads back as the result, and ends with a line break', (_, result) => {
    const text = renderJson(result);
    expect(JSON.parse(text)).toEqual(result);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('gives a series one line', () => {
    expect(renderJson(outage)).toMatch(/^ +"backlog": \[0, 48, 97, .*\],$/m);
  });

  it('writes null for what is not a number, and says so', () => {
    const broken: Result = {
      ...outage,
      run: { ...outage.run, durationSeconds: Number.NaN },
      queues: { emails: { ...outage.queues.emails!, catchUpSeconds: Number.POSITIVE_INFINITY } },
    };
    const read = JSON.parse(renderJson(broken)) as Result;
    expect(read.run.durationSeconds).toBeNull();
    expect(read.queues.emails!.catchUpSeconds).toBeNull();
    expect(read.warnings).toEqual([
      'run.durationSeconds is not a number that JSON can hold; it is written as null.',
      'queues.emails.catchUpSeconds is not a number that JSON can hold; it is written as null.',
    ]);
  });

  it('keeps strings as they are, and escapes what a terminal would obey', () => {
    const lesson = 'a\u001b[2J\u009b31m\n[\n 1,\n 2 ]\u2028\u007f';
    const text = renderJson({ ...outage, scenario: { ...outage.scenario, lesson } });
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028]/u);
    expect((JSON.parse(text) as Result).scenario.lesson).toBe(lesson);
  });
});
