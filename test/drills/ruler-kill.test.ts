import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { groupsOf } from '../../src/ruler/testing/ruler-bench.ts';
import { SeededRandom } from '../../src/simulator/random.ts';
import { SimulatedDisk } from '../fakes/simulated-disk.ts';
import { JudgeProcess } from './judge-process.ts';
import { KillSwitch } from './kill-switch.ts';
import { Receiver } from './receiver.ts';
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

const WITHOUT = { Now: true, Sticky: true, Late: true };
type Rules = typeof RULES;

interface Played {
  readonly receiver: Receiver;
  readonly kills: number;
  /** Alerts that are left at the end. */
  readonly left: readonly string[];
  /** What rules have written, as of every tenth round. */
  readonly series: readonly (readonly string[])[];
}

interface Drill {
  readonly rules: Rules;
  /**
   * `steady`: nothing happens to the judge. `killed`: as the story says, in the middle of a round. `away`: between
   * rounds, for as long as the next one is off, and then it judges before any poll has answered.
   */
  readonly fate: 'steady' | 'killed' | 'away';
}

/** A fleet and what judges it. */
async function play(story: readonly Round[], { rules, fate }: Drill): Promise<Played> {
  const clock = new VirtualClock(START);
  using journal = new DatabaseSync(':memory:');
  const receiver = new Receiver(START);
  const sets = { all: rules, some: withoutSome(rules) };
  let current: Round['rules'] = 'all';
  let disk = new SimulatedDisk();
  let life = new KillSwitch();
  let kills = 0;
  let isLate = false;
  receiver.beginRound();
  let judge = await start();
  const series: string[][] = [];

  function start(): Promise<JudgeProcess> {
    const own = life;
    disk.fault = () => own.step();
    // What slept polls before it judges.
    const restoreGraceMs = fate === 'steady' ? 0 : undefined;
    const shared = { clock, disk, journal, holdForMs: HOLD_FOR, restoreGraceMs };
    return JudgeProcess.start({ ...shared, rules: sets[current], life: own, tell: receiver.hear });
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
    if (one.rules !== current) {
      current = one.rules;
      judge.use(sets[current]);
    }
    receiver.beforePolls = undefined;
    // Two answers are what a judge that was killed waits for: a rate takes two samples.
    for (const before of [3, 2]) judge.poll(one, at - before * SECOND);
    await judge.flush();
    judge.judge(at);
    await judge.flush();
  }

  async function judgeBlind(at: number): Promise<void> {
    receiver.beforePolls = at;
    await succeed(0);
    judge.judge(at);
  }

  for (let index = 0; index < story.length; index++) {
    const one = story[index] ?? assert.fail();
    const at = START + (index + 1) * INTERVAL;
    await clock.advance(at - clock.now());
    receiver.beginRound();
    if (fate === 'away' && isLate) await judgeBlind(at - 4 * SECOND);
    if (fate === 'killed' && one.killAt > 0) {
      life.arm(one.killAt);
      await round(one, at);
      await succeed(one.killAgainAt);
    }
    await round(one, at);
    receiver.endRound();
    if (index % 10 === 0) series.push(judge.find('{__name__=~"ALERTS|ALERTS_FOR_STATE|drill:max5m"}', at));
    index += one.downFor;
    isLate = one.downFor > 0;
  }
  const left = judge.ruler
    .alerts()
    .map(({ key, state }) => `${key} ${state}`)
    .toSorted();
  await judge.stop();
  return { receiver, kills, left, series };
}

function withoutSome(rules: Rules): Rules {
  return rules.map((group) => ({ ...group, rules: group.rules.filter(({ name }) => !(name in WITHOUT)) }));
}

/** Plays stories until the judge was killed so often, and compares all that anybody could see. */
async function compare(
  fate: 'killed' | 'away',
  rules: Rules,
  enough: number,
  shortest: number,
): Promise<void> {
  let kills = 0;
  let told = 0;
  for (let seed = 1; kills < enough; seed++) {
    const story = tellStory(new SeededRandom(`${fate}/${seed}`).next, shortest > 1 ? 240 : 120, 12, shortest);
    const steady = await play(story, { rules, fate: 'steady' });
    const killed = await play(story, { rules, fate });
    assert.deepEqual(killed.receiver.news, steady.receiver.news, `seed ${seed}`);
    assert.deepEqual(killed.receiver.texts, steady.receiver.texts, `seed ${seed}`);
    assert.deepEqual(killed.left, steady.left, `seed ${seed}`);
    assert.deepEqual(killed.series, steady.series, `seed ${seed}`);
    kills += killed.kills;
    told += steady.receiver.news.flat().length;
  }
  assert.ok(told > 2 * enough, `a drill in which only ${told} things are told shows little`);
}

test('a judge that is killed at 200 random points tells the same alerts as one that is not', () =>
  compare('killed', RULES, 200, 1));

// One that follows another alert sees it held, which the judge that slept does not.
const INDEPENDENT = RULES.map((group) => ({
  ...group,
  rules: group.rules.filter(({ name }) => name !== 'Follower'),
}));

test('a judge that was away, and judges before any poll has answered, resolves nothing and fires nothing', () =>
  compare('away', INDEPENDENT, 20, 22));
