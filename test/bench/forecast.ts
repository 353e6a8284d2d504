import { scoreForecasts, scoreTable } from '../../collectors/capacity/testing/score.ts';
import { SeededRandom } from '../../src/simulator/random.ts';

/** How often a forecast of the exhaustion of a quota comes too late, by kind of growth. `npm run bench -- forecast [SEED]` */
const SERIES = 2000;
const startedAt = process.cpuUsage();
const scores = scoreForecasts(SERIES, [60, 200], new SeededRandom(process.argv[2] ?? '1').next);
const { user, system } = process.cpuUsage(startedAt);
for (const row of scoreTable(scores)) console.log(row);
console.log(
  JSON.stringify({
    series: SERIES,
    too_late_worst: Math.max(...scores.map(({ tooLate }) => tooLate)),
    forecast_us: Math.round((user + system) / (SERIES * scores.length)),
    scores,
  }),
);
