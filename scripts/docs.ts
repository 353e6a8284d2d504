import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { datasets } from '../collectors/index.ts';
import { agentDashboard } from '../dashboards/agent.ts';
import { fleetDashboard } from '../dashboards/fleet.ts';
import { EXAMPLE_CONFIG } from '../src/config/example.ts';
import { configSchema } from '../src/config/schema.ts';
import { SELF_METRICS } from '../src/model/self-metrics.ts';
import { alertsPage } from './docs/alerts-page.ts';
import { cliPage } from './docs/cli-page.ts';
import { MEANINGS } from './docs/configuration-meanings.ts';
import { configurationPage } from './docs/configuration-page.ts';
import { metricsPage } from './docs/metrics-page.ts';
import { selfMetricsPage } from './docs/self-metrics-page.ts';

const root = join(import.meta.dirname, '..');

/** What is generated, by its path from the root. */
async function generated(): Promise<ReadonlyMap<string, string>> {
  const packs = globSync('rules/*.yml', { cwd: root })
    .filter((path) => !path.endsWith('.test.yml'))
    .toSorted()
    .map((path) => ({ name: basename(path, '.yml'), text: readFileSync(join(root, path), 'utf8') }));
  return new Map([
    ['docs/reference/metrics.md', metricsPage(datasets)],
    ['docs/reference/self-metrics.md', selfMetricsPage(SELF_METRICS)],
    [
      'docs/reference/configuration.md',
      configurationPage({ schema: configSchema, meanings: MEANINGS, example: EXAMPLE_CONFIG }),
    ],
    ['docs/reference/cli.md', await cliPage()],
    ['docs/reference/alerts.md', alertsPage(packs)],
    ['dashboards/json/fleet.json', `${JSON.stringify(fleetDashboard, null, 2)}\n`],
    ['dashboards/json/agent.json', `${JSON.stringify(agentDashboard, null, 2)}\n`],
  ]);
}

const usage = 'npm run docs, or with `-- --check` to only say what is out of date';
const [option, ...rest] = process.argv.slice(2);
if ((option !== undefined && option !== '--check') || rest.length > 0) {
  console.error(usage);
  process.exit(2);
}
for (const [path, text] of await generated()) {
  const file = join(root, path);
  const old = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (old === text) continue;
  if (option === '--check') {
    console.log(`${path} is out of date: npm run docs`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${path}`);
  }
}
