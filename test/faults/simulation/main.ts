import { parseArgs } from 'node:util';
import { runSeeds } from './run-seeds.ts';

/** `node main.ts --seeds N [--seed FIRST] [--trace]`; closes with `N passed, N failed`. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
});
const seeds = wholeNumber(values.seeds);
const from = values.seed === undefined ? Date.now() % 1_000_000_000 : wholeNumber(values.seed);
const cpuBefore = process.cpuUsage();
const tally = await runSeeds({ seeds, from, trace: values.trace, print: (line) => console.log(line) });
const { user, system } = process.cpuUsage(cpuBefore);
const cpuSeconds = (user + system) / 1e6;
console.log(
  `seeds ${from} to ${from + seeds - 1}: ${tally.faults} faults, ${tally.lines} lines, ` +
    `${(tally.simulatedMs / 3_600_000).toFixed(1)} simulated hours, ${tally.destroyedBytes} bytes destroyed by writers, ` +
    `${(seeds / cpuSeconds).toFixed(0)} seeds per CPU-second`,
);
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${text} is not a whole number`);
  return Number(text);
}
