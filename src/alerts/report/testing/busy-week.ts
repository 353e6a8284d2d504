import type { IncidentEntry, PageEntry } from '../../log/incident-log.ts';
import type { HealEntry } from '../heal-facts.ts';
import type { ReportEntries, ReportSettings } from '../weekly-report.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const REPORT_SETTINGS: ReportSettings = {
  timeZone: 'Europe/Berlin',
  budget: { per_week: 10, per_shift: 2, shift: 12 * HOUR },
  officeHours: {
    days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
    from: '08:00',
    to: '18:00',
    time_zone: 'Europe/Berlin',
  },
  flapsWithin: HOUR,
  url: 'https://octowatch.example.com',
};

/** A page and the episode it belongs to, as a row: when, of what, how it went. */
interface Told {
  readonly at: string;
  readonly rule: string;
  readonly summary: string;
  readonly tenant?: string;
  readonly team?: string;
  readonly route?: string;
  /** Minutes after the page. */
  readonly over?: number;
  readonly ended?: string;
  readonly takenBy?: string;
  readonly taken?: number;
}

/** Entries of such pages, each told by PagerDuty and in Slack. */
export function entriesOf(told: readonly Told[], healed: readonly HealEntry[] = []): ReportEntries {
  const rows = told
    .map((each) => ({ ...each, time: Date.parse(each.at) }))
    .toSorted((a, b) => a.time - b.time);
  const incidents = rows.map(incidentOf);
  return { pages: rows.flatMap(pagesOf), incidents, since: incidents[0]?.startedAt, heals: healed };
}

/** A week with what a report tells of: nights, a rule that is too eager, one that flaps, heals, and a week before. */
export function busyWeek(): ReportEntries {
  const stuck = { rule: 'QueueStuck', tenant: 'elmwood', summary: 'elmwood: queue stuck 10m, 43 tasks wait' };
  const alone = { over: 7, ended: 'over by itself' };
  return entriesOf(
    [
      { at: '2026-10-28T11:00Z', rule: 'DiskFull', summary: 'sql-3 disk full', over: 30 },
      { at: '2026-11-04T09:00Z', rule: 'DiskFull', summary: 'sql-3 disk full', over: 30 },
      { at: '2026-11-05T09:00Z', ...stuck, ...alone },
      { at: '2026-11-09T14:20Z', ...stuck, ...alone },
      {
        at: '2026-11-11T01:42Z',
        rule: 'DiskFull',
        summary: 'sql-12 disk full, 36 tenants read-only <script>alert("& co")</script>',
        team: 'db',
        route: '{} > {team="db"}',
        over: 22,
        ...takenBy('Priya Nair', 3),
      },
      { at: '2026-11-12T09:15Z', ...stuck, over: 4, ...takenBy('Tom & Jo Okafor', 2) },
      { at: '2026-11-14T03:18Z', ...stuck, over: 7, ...takenBy('Priya Nair', 6) },
      { at: '2026-11-14T03:58Z', ...stuck, ...alone, over: 9 },
    ],
    heals(),
  );
}

function heals(): HealEntry[] {
  const monday = Date.parse('2026-11-09T00:00Z');
  const heal = (hour: number, over: Partial<HealEntry> = {}): HealEntry => ({
    remedy: 'octopus-task-cancel',
    state: 'healed',
    startedAt: monday + hour * HOUR,
    endedAt: monday + hour * HOUR + 130_000,
    pageAt: monday + hour * HOUR + 5 * MINUTE,
    by: null,
    ...over,
  });
  return [
    ...Array.from({ length: 11 }, (_, n) => heal(3 + n * 14)),
    heal(40, { state: 'failed' }),
    heal(41, { state: 'planned' }),
    heal(42, { endedAt: monday + 42 * HOUR + 6 * MINUTE }),
    heal(43, { by: { name: 'Priya Nair', via: 'slack' } }),
  ];
}

/** Somebody took it so many minutes after the page. */
function takenBy(name: string, taken: number): Pick<Told, 'ended' | 'takenBy' | 'taken'> {
  return { ended: `acknowledged by ${name}`, takenBy: name, taken };
}

function pagesOf({ time, rule, summary, tenant, team, route = '{}' }: Told & { time: number }): PageEntry[] {
  const page = {
    at: time,
    key: keyOf(rule, tenant),
    receiver: 'oncall',
    route,
    rule,
    summary,
    ...(tenant === undefined ? {} : { tenant }),
    ...(team === undefined ? {} : { team }),
  };
  return [
    { ...page, kind: 'pagerduty', wakes: true },
    { ...page, at: time + 400, kind: 'slack', wakes: false },
  ];
}

function incidentOf(told: Told & { time: number }): IncidentEntry {
  const { time, rule, summary, tenant, over, ended, takenBy: by, taken = 0 } = told;
  return {
    key: keyOf(rule, tenant),
    receiver: 'oncall',
    alertname: rule,
    severity: 'page',
    summary,
    startedAt: time - MINUTE,
    ...(tenant === undefined ? {} : { tenant }),
    ...(over === undefined ? {} : { endedAt: time + over * MINUTE }),
    ...(ended === undefined ? {} : { ended }),
    ...(by === undefined
      ? {}
      : { acknowledged: { by: { name: by, via: 'pagerduty' as const }, at: time + taken * MINUTE } }),
  };
}

function keyOf(rule: string, tenant = ''): string {
  return `${rule}-${tenant}`;
}
