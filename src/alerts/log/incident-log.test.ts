import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { AuditEntry } from '../../model/on-call.ts';
import type { IncidentEntry, PageEntry } from './incident-log.ts';
import { createMemoryIncidentLog, SqliteIncidentLog } from './sqlite-incident-log.ts';

const HOUR = 3_600_000;
const T = 1_000_000 * HOUR;
const PRIYA = { name: 'Priya Nair', id: 'U1', via: 'slack' } as const;

function incident(over: Partial<IncidentEntry> = {}): IncidentEntry {
  return {
    key: 'k1',
    receiver: 'oncall',
    alertname: 'QueueStuck',
    tenant: 'acme',
    team: 'db',
    severity: 'page',
    summary: 'acme: 43 tasks wait',
    startedAt: T,
    ...over,
  };
}

function page(over: Partial<PageEntry> = {}): PageEntry {
  return {
    at: T,
    key: 'k1',
    receiver: 'oncall',
    kind: 'pagerduty',
    wakes: true,
    route: '{}',
    rule: 'QueueStuck',
    summary: 'acme: 43 tasks wait',
    ...over,
  };
}

function audit(over: Partial<AuditEntry> = {}): AuditEntry {
  return { at: T, by: PRIYA, action: 'acknowledge', subject: 'k1', detail: 'taken', ...over };
}

test('what was written is read as it was, oldest first', () => {
  const log = createMemoryIncidentLog();
  const acknowledged = { by: PRIYA, at: T + 5 };
  const ended = incident({
    key: 'k2',
    startedAt: T + 2,
    endedAt: T + 9,
    ended: 'over by itself',
    acknowledged,
  });
  log.saveIncident(ended);
  log.saveIncident(incident());
  const { tenant: _, team: __, ...nobodys } = incident({ key: 'k3', startedAt: T + 3, severity: 'log' });
  log.saveIncident(nobodys);
  const pages = [page({ tenant: 'acme', team: 'db' }), page({ at: T + 1, wakes: false, kind: 'slack' })];
  for (const each of pages.toReversed()) log.addPage(each);
  const audits = [audit(), audit({ at: T + 1, by: { name: 'jo', via: 'cli' }, action: 'expire_silence' })];
  for (const each of audits) log.addAudit(each);
  assert.deepEqual(log.incidents(T, T + 4), [incident(), ended, nobodys]);
  assert.deepEqual(log.pages(T, T + 2), pages);
  assert.deepEqual(log.audit(T, T + 2), audits);
});

test('a range has its beginning, and not its end', () => {
  const log = createMemoryIncidentLog();
  for (const offset of [-1, 0, 1, 2]) {
    log.saveIncident(incident({ startedAt: T + offset }));
    log.addPage(page({ at: T + offset }));
    log.addAudit(audit({ at: T + offset }));
  }
  assert.deepEqual(
    log.incidents(T, T + 2).map(({ startedAt }) => startedAt - T),
    [0, 1],
  );
  assert.deepEqual(
    log.pages(T, T + 2).map(({ at }) => at - T),
    [0, 1],
  );
  assert.deepEqual(
    log.audit(T, T + 2).map(({ at }) => at - T),
    [0, 1],
  );
});

test('an episode is written anew, and a later one of the same incident is another', () => {
  const log = createMemoryIncidentLog();
  log.saveIncident(incident());
  log.saveIncident(incident({ summary: 'acme: 44 tasks wait', endedAt: T + HOUR, ended: 'over by itself' }));
  log.saveIncident(incident({ startedAt: T + 2 * HOUR }));
  assert.deepEqual(
    log.incidents(T, T + 3 * HOUR).map(({ summary, endedAt }) => [summary, endedAt]),
    [
      ['acme: 44 tasks wait', T + HOUR],
      ['acme: 43 tasks wait', undefined],
    ],
  );
});

test('who was woken is told apart from what was told, with the episodes of those incidents', () => {
  const log = createMemoryIncidentLog();
  assert.deepEqual(log.wakings(0, Infinity), { pages: [], incidents: [], since: undefined });
  const before = incident({ startedAt: T - HOUR, endedAt: T - 1 });
  for (const each of [incident(), before, incident({ key: 'ticket', startedAt: T - 2 * HOUR })])
    log.saveIncident(each);
  const pages = [page(), page({ key: 'unknown', at: T + 1 })];
  for (const each of [...pages, page({ key: 'ticket', wakes: false }), page({ at: T + HOUR })])
    log.addPage(each);
  assert.deepEqual(log.wakings(T - HOUR, T + HOUR), {
    pages,
    incidents: [before, incident()],
    since: T - 2 * HOUR,
  });
  assert.deepEqual(log.wakings(T + HOUR, T + 2 * HOUR).incidents, []);
});

test('ends are counted since a time', () => {
  const log = createMemoryIncidentLog();
  for (const hour of [1, 2, 3]) log.saveIncident(incident({ startedAt: T + hour, endedAt: T + hour * HOUR }));
  log.saveIncident(incident({ startedAt: T + 4 * HOUR }));
  log.saveIncident(incident({ key: 'k2', endedAt: T + 3 * HOUR }));
  assert.equal(log.endsSince('k1', T + 2 * HOUR), 2);
  assert.equal(log.endsSince('none', T), 0);
});

test('the last similar one is of the same tenant before it is of any', () => {
  const log = createMemoryIncidentLog();
  const end = (key: string, over: Partial<IncidentEntry>): void =>
    log.saveIncident(incident({ key, ...over }));
  end('acme', { endedAt: T + HOUR, ended: 'healed by octopus-task-cancel' });
  end('globex', { tenant: 'globex', endedAt: T + 2 * HOUR, acknowledged: { by: PRIYA, at: T } });
  end('other rule', { alertname: 'Down', endedAt: T + 3 * HOUR });
  end('still open', { startedAt: T + 3 * HOUR });
  const similar = (tenant: string | undefined, before: number): unknown[] => {
    const past = log.lastSimilar('QueueStuck', tenant, before);
    return [past?.key, past?.ended];
  };
  assert.deepEqual(similar('acme', T + 4 * HOUR), ['acme', 'healed by octopus-task-cancel']);
  assert.deepEqual(similar('initech', T + 4 * HOUR), ['globex', 'acknowledged by Priya Nair']);
  assert.deepEqual(similar(undefined, T + HOUR), ['acme', 'healed by octopus-task-cancel']);
  assert.deepEqual(similar('acme', T), [undefined, undefined]);
});

test('what went on in a storm has not ended by that; the last of a storm is a storm where there was one', () => {
  const log = createMemoryIncidentLog();
  const end = (key: string, tenant: string | undefined, endedAt: number, ended: string): void => {
    const { tenant: _, ...entry } = incident({ key, endedAt, ended });
    log.saveIncident({ ...entry, ...(tenant === undefined ? {} : { tenant }) });
  };
  end('alone', 'acme', T + HOUR, 'over by itself');
  end('merged', 'acme', T + 2 * HOUR, 'merged into 37 of 1,000 tenants down');
  const keyFor = (tenant?: string): string | undefined =>
    log.lastSimilar('QueueStuck', tenant, T + 9 * HOUR)?.key;
  assert.deepEqual([keyFor('acme'), keyFor()], ['alone', 'alone']);
  end('storm', undefined, T + 3 * HOUR, 'over by itself');
  end('later', 'globex', T + 4 * HOUR, 'over by itself');
  assert.deepEqual([keyFor('acme'), keyFor(), keyFor('initech')], ['alone', 'storm', 'later']);
});

test('what is old is forgotten; an open incident as old is no longer believed', () => {
  const log = createMemoryIncidentLog();
  log.saveIncident(incident({ endedAt: T + HOUR }));
  log.saveIncident(incident({ key: 'long', endedAt: T + 3 * HOUR }));
  log.saveIncident(incident({ key: 'forgotten', startedAt: T + 1 }));
  for (const at of [T, T + 3 * HOUR]) {
    log.addPage(page({ at }));
    log.addAudit(audit({ at }));
  }
  log.expire(T + 2 * HOUR);
  assert.deepEqual(
    log.incidents(0, Infinity).map(({ key }) => key),
    ['long'],
  );
  assert.deepEqual([log.pages(0, Infinity).length, log.audit(0, Infinity).length], [1, 1]);
});

test('however much happens, no more than a number of rows is kept', () => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE others (id INTEGER PRIMARY KEY); INSERT INTO others VALUES (1000000)');
  const log = new SqliteIncidentLog(database, { mostRows: 3 });
  for (let n = 0; n < 5; n++) {
    log.saveIncident(incident({ key: `k${n}`, startedAt: T + n }));
    log.addPage(page({ at: T + n }));
    log.addAudit(audit({ at: T + n }));
  }
  for (let n = 0; n < 5; n++) log.saveIncident(incident({ key: 'k4', startedAt: T + 4, summary: `${n}` }));
  assert.deepEqual(
    log.incidents(0, Infinity).map(({ key }) => key),
    ['k2', 'k3', 'k4'],
  );
  assert.deepEqual([log.pages(0, Infinity).length, log.audit(0, Infinity).length], [3, 3]);
});

test('damaged rows are stepped over and counted, all others are read', () => {
  const database = new DatabaseSync(':memory:');
  let damaged = 0;
  const log = new SqliteIncidentLog(database, { onDamaged: () => damaged++ });
  log.saveIncident(incident({ key: 'good', endedAt: T + 1, ended: 'over by itself' }));
  log.saveIncident(incident({ key: 'severity', endedAt: T + 2 }));
  log.saveIncident(incident({ key: 'person', endedAt: T + 3, acknowledged: { by: PRIYA, at: T } }));
  log.addAudit(audit());
  log.addAudit(audit({ at: T + 1 }));
  database.exec(`
    UPDATE incidents SET severity = 'loud' WHERE key = 'severity';
    UPDATE incidents SET acknowledged = '{"by":{"name":' WHERE key = 'person';
    UPDATE audit SET by = 'null' WHERE number = 1;
  `);
  assert.deepEqual(
    log.incidents(0, Infinity).map(({ key }) => key),
    ['good'],
  );
  assert.equal(damaged, 2);
  assert.equal(log.audit(0, Infinity).length, 1);
  assert.equal(damaged, 3);
  assert.equal(log.lastSimilar('QueueStuck', 'acme', T + HOUR)?.key, 'good');
});

test('a journal that cannot be written says so', () => {
  const database = new DatabaseSync(':memory:');
  const log = new SqliteIncidentLog(database);
  database.exec('PRAGMA query_only = ON');
  assert.throws(() => log.addPage(page()), {
    name: 'Failure',
    reason: 'disk',
    message: /pages was not written/,
  });
});

test('the log outlives the process', () => {
  const database = new DatabaseSync(':memory:');
  new SqliteIncidentLog(database).saveIncident(incident());
  assert.deepEqual(new SqliteIncidentLog(database).incidents(T, T + 1), [incident()]);
});

test('the story of an incident is what happened of it alone, the newest of it when that is much', () => {
  const log = createMemoryIncidentLog();
  log.saveIncident(incident({ key: 'other' }));
  log.addPage(page({ key: 'other' }));
  log.addAudit(audit({ subject: 'other' }));
  for (let i = 0; i < 60; i++) {
    log.saveIncident(incident({ startedAt: T + i }));
    log.addPage(page({ at: T + i }));
    log.addAudit(audit({ at: T + i }));
  }
  const { incidents, pages, audit: done } = log.story('k1');
  const newest = Array.from({ length: 50 }, (_, i) => T + 10 + i);
  assert.deepEqual(
    incidents.map(({ startedAt }) => startedAt),
    newest,
  );
  assert.deepEqual(
    pages.map(({ at }) => at),
    newest,
  );
  assert.deepEqual(
    done.map(({ at }) => at),
    newest,
  );
  assert.deepEqual(log.story('none'), { incidents: [], pages: [], audit: [] });
});

test('the newest episodes of a tenant', () => {
  const log = createMemoryIncidentLog();
  for (const [key, tenant] of [
    ['a', 'acme'],
    ['b', 'globex'],
    ['c', 'acme'],
    ['d', 'acme'],
  ] as const)
    log.saveIncident(incident({ key, tenant, startedAt: T + key.charCodeAt(0) }));
  assert.deepEqual(
    log.ofTenant('acme', 2).map(({ key }) => key),
    ['c', 'd'],
  );
});
