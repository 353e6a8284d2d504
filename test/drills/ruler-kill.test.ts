import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Alert } from '../../src/model/alert.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { groupsOf } from '../../src/ruler/testing/ruler-bench.ts';
import { SeededRandom } from '../../src/simulator/random.ts';
import { SimulatedDisk } from '../fakes/simulated-disk.ts';
import { JudgeProcess } from './judge-process.ts';
import { KillSwitch } from './kill-switch.ts';
import { tellStory, type Round } from './story.ts';

const SECOND = 1000;
const INTERVAL = 15 * SECOND;
const START = Date.UTC(2026, 10, 21);
const HOLD_FOR = 3 * 60 * SECOND;

const RULES = groupsOf(
  '{ alert: Now, expr: octopus_drill > 0, annotations: { summary: "{{ $labels.tenant }}: {{ $value }}" } }',
  '{ alert: Soon, expr: octopus_drill > 0, for: 30s }',
  '{ alert: Later, expr: octopus_drill > 0, for: 2m, labels: { size: "{{ $value }}" } }',
  '{ alert: Late, expr: octopus_drill > 0, for: 11m }',
  '{ alert: Sticky, expr: octopus_drill > 1, for: 1m, keep_firing_for: 3m }',
  '{ alert: Errors, expr: "increase(octopus_drill_errors_total[2m]) > 20", for: 1m }',
  '{ record: "drill:max5m", expr: "max_over_time(octopus_drill[5m])" }',
  '{ alert: Chained, expr: "drill:max5m > 1", for: 1m }',
  '{ alert: Fleet, expr: sum(octopus_drill) > 3, for: 1m }',
  '{ alert: Release, expr: "octopus_drill * on (tenant) group_left (version) octopus_drill_info > 0", for: 2m }',
  "{ alert: Follower, expr: \"ALERTS{alertname='Soon', alertstate='firing'}\", for: 45s }",
).map((group) => ({ ...group, intervalMs: INTERVAL }));

interface Played {
  /** What the sink heard of each alert, one line for each time that it differed. */
  readonly heard: ReadonlyMap<string, readonly string[]>;
  readonly kills: number;
  /** Alerts that are left at the end. */
  readonly left: readonly string[];
  /** What rules have written, as of every tenth round. */
  readonly series: readonly (readonly string[])[];
}

/** A fleet and what judges it, killed where the story says so or, if it may not be, asleep for as long. */
async function play(story: readonly Round[], mayKill: boolean): Promise<Played> {
  const clock = new VirtualClock(START);
  using journal = new DatabaseSync(':memory:');
  const heard = new Map<string, string[]>();
  let disk = new SimulatedDisk();
  let life = new KillSwitch();
  let kills = 0;
  let judge = await start();
  const series: string[][] = [];

  function start(): Promise<JudgeProcess> {
    const own = life;
    disk.fault = () => own.step();
    const tell = (alerts: readonly Alert[]): void => note(heard, alerts);
    return JudgeProcess.start({ clock, disk, journal, rules: RULES, holdForMs: HOLD_FOR, life: own, tell });
  }

  /** A new process finds what the old one left on disk, and may be killed in turn before it is up. */
  async function succeed(killAt: number): Promise<void> {
    const old = judge;
    life.isDead = true;
    kills++;
    disk = disk.afterKill();
    life = new KillSwitch();
    if (killAt > 0) life.arm(killAt);
    const next = await start().catch((error: unknown) => {
      if (!life.isDead) throw error;
    });
    await old.stop();
    if (next !== undefined) judge = next;
    if (life.isDead) await succeed(0);
    life.disarm();
  }

  async function round(one: Round, at: number): Promise<void> {
    judge.poll(one, at - 2 * SECOND);
    await judge.flush();
    judge.judge(at);
    await judge.flush();
  }

  for (let index = 0; index < story.length; index++) {
    const one = story[index] ?? assert.fail();
    const at = START + (index + 1) * INTERVAL;
    await clock.advance(at - clock.now());
    if (mayKill && one.killAt > 0) {
      life.arm(one.killAt);
      await round(one, at);
      await succeed(one.killAgainAt);
    }
    await round(one, at);
    if (index % 10 === 0) series.push(judge.find('{__name__=~"ALERTS|ALERTS_FOR_STATE|drill:max5m"}', at));
    index += one.downFor;
  }
  const left = judge.ruler.alerts().map(describe).toSorted();
  await judge.stop();
  return { heard, kills, left, series };
}

function note(heard: Map<string, string[]>, alerts: readonly Alert[]): void {
  for (const alert of alerts) {
    const all = heard.get(alert.key) ?? [];
    heard.set(alert.key, all);
    const line = describe(alert);
    if (all.at(-1) !== line) all.push(line);
  }
}

function describe({ labels, state, activeAt, firedAt, resolvedAt, heldSince }: Alert): string {
  const after = [activeAt, firedAt, resolvedAt, heldSince].map((time) => {
    return time === undefined ? '-' : (time - START) / SECOND;
  });
  return `${labels['alertname']} ${labels['tenant'] ?? ''} ${state} ${after.join(' ')}`;
}

test('a judge that is killed at 200 random points tells the same alerts as one that is not', async () => {
  let kills = 0;
  let told = 0;
  for (let seed = 1; kills < 200; seed++) {
    const story = tellStory(new SeededRandom(`kill/${seed}`).next, 120, 12);
    const steady = await play(story, false);
    const killed = await play(story, true);
    assert.deepEqual(Object.fromEntries(killed.heard), Object.fromEntries(steady.heard), `seed ${seed}`);
    assert.deepEqual(killed.left, steady.left, `seed ${seed}`);
    assert.deepEqual(killed.series, steady.series, `seed ${seed}`);
    kills += killed.kills;
    told += steady.heard.size;
  }
  assert.ok(told > 200, `a drill in which only ${told} alerts fire shows little`);
});
