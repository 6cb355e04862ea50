import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { forecast } from '../../../src/analysis/index.js';
import { describeDriver } from '../../../src/broker/index.js';
import { theoryOf } from '../../../src/model/index.js';
import { buildPlan } from '../../../src/plan/build.js';
import { renderReport } from '../../../src/report/terminal.js';
import { loadScenario } from '../../../src/scenario/index.js';

const page = readFileSync(new URL('../../../docs/predict.md', import.meta.url), 'utf8');

/** A scenario of the page, and what the page says that its report has. */
const [, name = '', section = ''] =
  page.match(
    /```console\n\$ launchpad predict --scenario (\S+)\n```\n\nhas, among the rest,\n\n```\n([\s\S]*?)\n```/,
  ) ?? [];

it('docs/predict.md has the theory as the report has it', async () => {
  const { scenario } = await loadScenario(name);
  const plan = buildPlan(scenario, describeDriver('bullmq'));
  const { result } = forecast(plan, { launchpad: '1', node: '20' });
  const theory = theoryOf(plan);
  const queues = Object.fromEntries(
    Object.entries(result.queues).map(([queue, each]) => {
      const own = theory[queue];
      return [queue, own === undefined ? each : { ...each, theory: own }];
    }),
  );
  const text = renderReport({ ...result, queues }, { color: false, width: 100 });
  expect(section).toContain('4 × the outage');
  expect(text.split('\n\n')).toContain(section);
  // What the page says that the figures have in its place.
  expect(text).toMatch(/peak backlog +122 /);
  expect(text).toMatch(/catch-up time +119\.3 s /);
});
