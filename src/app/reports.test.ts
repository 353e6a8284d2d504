import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { silentLog } from '../../test/fakes/silent-log.ts';
import { temporaryDirectory } from '../../test/fakes/temporary-directory.ts';
import { startFakeWebhook } from '../../test/fakes/webhook.ts';
import { SqliteIncidentLog } from '../alerts/log/sqlite-incident-log.ts';
import { busyWeek } from '../alerts/report/testing/busy-week.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createPaces } from '../notify/paces.ts';
import { systemDisk } from '../system/system-disk.ts';
import { createHttp } from '../system/system-http.ts';
import { createReports, type Reports } from './reports.ts';
import { configOf } from './testing/recording.ts';

const SUNDAY = Date.parse('2026-11-15T22:00Z');

interface World {
  readonly directory: string;
  readonly printed: string[];
  /** With a configuration, on the Sunday of the busy week. */
  open(config: string): Reports;
}

function openWorld(t: TestContext): World {
  const clock = new VirtualClock(SUNDAY);
  const journal = new DatabaseSync(':memory:');
  const incidents = new SqliteIncidentLog(journal);
  const { pages, incidents: episodes, heals } = busyWeek();
  for (const page of pages) incidents.addPage(page);
  for (const episode of episodes) incidents.saveIncident(episode);
  const client = createHttp();
  const life = new AbortController();
  const directory = temporaryDirectory();
  const printed: string[] = [];
  t.after(async () => {
    life.abort();
    await client.close();
  });
  return {
    directory,
    printed,
    open(text) {
      const config = configOf(text);
      return createReports({
        clock,
        log: silentLog,
        metrics: NO_METRICS,
        http: client.http,
        disk: systemDisk,
        paces: createPaces(clock),
        write: (line) => void printed.push(line),
        config: () => config,
        incidents,
        heals: () => heals,
        journal,
        htmlFile: () => join(directory, 'report.html'),
        externalUrl: () => 'https://octowatch.example.com',
        redact: (line) => line,
        signal: life.signal,
      });
    },
  };
}

function receivers(hook: string): string {
  return `
route: { receiver: team }
receivers: [{ name: team, webhook_configs: [{ url: ${hook} }, { url: ${hook}2 }], console_configs: [{}] }]
report: { receivers: [team], time_zone: Europe/Berlin, cron: '0 8 * * 1' }
`;
}

test('a week is read by its name, the last one without; none that has not begun', (t) => {
  const reports = openWorld(t).open('report: { time_zone: Europe/Berlin }');
  assert.match(reports.read('2026-W46').headline, /^Week 46 so far: woken/);
  assert.match(reports.read(undefined).headline, /^Week 45: /);
  assert.throws(() => reports.read('2026-W47'), { reason: 'invalid', message: /has not begun/ });
  assert.equal(reports.read('2026-W46').url, 'https://octowatch.example.com');
});

test('what is not over is not sent', async (t) => {
  const reports = openWorld(t).open('report: { time_zone: Europe/Berlin }');
  const failure = await failureOf(Promise.resolve().then(() => reports.send('2026-W46')));
  assert.match(failure.message, /is not over/);
});

test('it goes to every place of the receivers and into the file, whichever of them refuses', async (t) => {
  const hook = await startFakeWebhook();
  t.after(() => hook.close());
  const { directory, printed, open } = openWorld(t);
  writeFileSync(join(directory, 'report.html'), 'last week');
  const reports = open(receivers(hook.url));
  assert.deepEqual(
    await reports.send('2026-W45').then((all) => all.map(({ kind, outcome }) => [kind, outcome])),
    [
      ['webhook', 'sent'],
      ['webhook', 'failed'],
      ['console', 'sent'],
      ['file', 'sent'],
    ],
  );
  assert.deepEqual(
    hook.deliveries.map(({ idempotencyKey }) => idempotencyKey),
    ['octowatch-report-2026-W45'],
  );
  assert.match(printed.join('\n'), /Week 45: nobody woken, paged twice at work/);
  assert.match(readFileSync(join(directory, 'report.html'), 'utf8'), /^<!doctype html>[\s\S]*Week 45/);
  assert.deepEqual(readdirSync(directory), ['report.html']);
});
