import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { calm, felt, seconds } from '../actions.ts';
import type { FaultRow, FaultWorld } from '../fault-row.ts';
import { CLOCK_FILE, setClock } from '../shifted-clock.ts';
import type { Stamps } from '../stamps.ts';
import type { StoredCounts } from '../stored-lines.ts';

const HOUR_S = 3600;
const ZONE = 'Europe/Berlin';
/** The last Sunday of October 2026 in Germany: 02:00 to 03:00 comes twice, at 00:00 and at 01:00 UTC. */
const IN_SECOND_RUN = Date.UTC(2026, 9, 25, 1, 15);
const AFTER_REPEATED_HOUR = Date.UTC(2026, 9, 25, 2, 30);
/** With 5,000 lines/s an hour takes two seconds; the calm at the beginning is over before the repeated one. */
const DST_STEP_MS = 360;
const DST_START = Date.UTC(2026, 9, 24, 21);
const DST_STAMPS: Stamps = { kind: 'local', zone: ZONE, startAt: DST_START, stepMs: DST_STEP_MS };

/** The agent's clock, and the one that lines are stamped by. */
export const CLOCK: readonly FaultRow[] = [
  {
    name: 'clock-jumps',
    title: ({ pause }) => `Clock jumps by +1 h, -1 h, -1 h, +1 h, ${pause} s apart`,
    stores: ['fake'],
    env: shiftedClock,
    run: jumpClock,
  },
  {
    name: 'dst',
    title: () => 'Lines through the repeated hour of Europe/Berlin',
    stores: ['fake'],
    quick: [],
    instance: { time_zone: ZONE },
    stamps: DST_STAMPS,
    run: (world) => untilLineOf(world, AFTER_REPEATED_HOUR),
    check: stampsAreRight,
  },
  {
    name: 'dst-restart',
    title: () => 'The same, log renamed and agent started again within the hour that is repeated',
    stores: ['fake'],
    quick: [],
    instance: { time_zone: ZONE },
    stamps: DST_STAMPS,
    run: throughRepeatedHour,
    check: stampsAreRight,
  },
];

function shiftedClock(directory: string): Readonly<Record<string, string>> {
  const preload = fileURLToPath(new URL('../shifted-clock.ts', import.meta.url));
  return { NODE_OPTIONS: `--import=${preload}`, [CLOCK_FILE]: join(directory, 'clock') };
}

async function jumpClock(world: FaultWorld): Promise<string> {
  const { agent, directory, profile } = world;
  for (const hours of [1, 0, -1, 0]) {
    setClock(join(directory, 'clock'), hours * HOUR_S);
    await seconds(profile.pause);
    // It logs the reload, and with it what time it is.
    agent.signal('SIGHUP');
  }
  await calm(world);
  const tolerance = (HOUR_S * 1000) / 2;
  return felt(
    world,
    'another hour',
    ({ time }) => Math.abs(Date.parse(String(time)) - Date.now()) > tolerance,
  );
}

/** Waits until a line with this stamp (UTC, ms) is written. @throws Error when it was before */
async function untilLineOf({ log }: FaultWorld, utc: number): Promise<void> {
  const line = (utc - DST_START) / DST_STEP_MS;
  let { written } = await log.look();
  if (written > line) throw new Error('the lines are past the repeated hour already');
  for (; written <= line; { written } = await log.look()) await seconds(0.01);
}

async function throughRepeatedHour(world: FaultWorld): Promise<void> {
  const { log, agent, profile } = world;
  await untilLineOf(world, IN_SECOND_RUN);
  await log.pause();
  await seconds(profile.pause);
  await log.rename();
  await agent.stop();
  await agent.start();
  await log.resume();
  await untilLineOf(world, AFTER_REPEATED_HOUR);
}

/** Each line has the time it was written at, to the millisecond. */
function stampsAreRight({ backwards, spanMs }: StoredCounts, written: number): string[] {
  const span = (written - 1) * DST_STEP_MS;
  const problems = backwards === 0 ? [] : [`${backwards} lines are stored as older than the line before`];
  return Math.abs(spanMs - span) <= 1
    ? problems
    : [...problems, `from first to last line are ${span} ms, stored are ${spanMs} ms`];
}
