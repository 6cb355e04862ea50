import { command, run } from './lab.js';
import { line, median, spread } from './stats.js';

const rounds = 15;

/** How fast the commands answer, against a Node that does nothing. */
export async function startup(): Promise<void> {
  console.log(`\nStart: real milliseconds, ${rounds} interleaved rounds`);
  const node: number[] = [];
  const help: number[] = [];
  const predict: number[] = [];
  for (let i = 0; i < rounds; i++) {
    node.push((await run(process.execPath, ['-e', '0'])).seconds * 1000);
    help.push((await run(process.execPath, [command, '--help'])).seconds * 1000);
    predict.push((await run(process.execPath, [command, 'predict', '--scenario', 'outage'])).seconds * 1000);
  }
  const ratio = (values: readonly number[]): number =>
    median(values.map((value, i) => value / (node[i] as number)));
  line('node -e 0', spread(node, 0));
  line('launchpad --help', `${spread(help, 0)}, ${ratio(help).toFixed(2)} ×`, {
    text: 'within 2 ×',
    met: ratio(help) <= 2,
  });
  line('launchpad predict --scenario outage', `${spread(predict, 0)}, ${ratio(predict).toFixed(2)} ×`, {
    text: 'within 4 ×',
    met: ratio(predict) <= 4,
  });
}
