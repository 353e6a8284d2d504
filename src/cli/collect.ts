import type { Connected } from '../collect/connected.ts';
import { subjectOf, type Fleet, type PollCollector, type Target } from '../collect/contract.ts';
import { pollOnce } from '../collect/poll-once.ts';
import type { PollResult } from '../collect/running-poll.ts';
import { Failure, toFailure } from '../model/failure.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { systemClock } from '../system/system-clock.ts';
import { callAgent, refusal } from './call-agent.ts';
import { readConfig } from './config-file.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { NEEDS } from './list-collectors.ts';
import { PageSeries } from './page-series.ts';
import { PointExposition } from './point-exposition.ts';
import { pointLines, pointTable } from './point-lines.ts';

const DEADLINE_MS = 30_000;

export interface CollectOptions {
  readonly config?: string;
  readonly tenant?: string;
  readonly output?: string;
  /** The agent, for what is derived from its samples. */
  readonly url?: string;
}

/** Prints what polls read. */
interface Printer {
  add(target: Target, collector: PollCollector, points: PollResult['points']): void;
  end(): void;
}

/**
 * `octowatch collect NAME --once`: polls once, writes nothing, prints what it read: as one page of Prometheus text, as
 * tables, or as JSON. What is derived from samples reads those of the running agent. Exit 1 when a poll failed, or a place
 * where instances are found.
 * @throws Failure `invalid` for a collector, tenant or place that is not there
 */
export async function collect(host: CliHost, name: string, options: CollectOptions): Promise<ExitCode> {
  const config = readConfig(host, options.config);
  const series = new PageSeries();
  const connected = host.connect(config, host.createLog('warn'), series);
  try {
    const problems = await connected.discover(host.workingDirectory, host.signal);
    for (const problem of problems) host.printError(problem);
    const chosen = choose(connected, name, options.tenant);
    if (chosen.some(([{ reads }]) => reads === 'fleet')) await readFleet(host, series, options);
    const printer = printerOf(host, options.output);
    let failed = problems.length;
    for (const [collector, targets] of chosen)
      for (const target of targets) {
        const { failure, points } = await poll(host, collector, target, connected.fleet);
        if (failure !== undefined) failed++;
        if (failure !== undefined)
          host.printError(`${subjectOf(target)} ${collector.name}: ${failure.message}`);
        if (failure === undefined || points.length > 0) printer.add(target, collector, points);
      }
    printer.end();
    return failed > 0 ? EXIT.failure : EXIT.ok;
  } finally {
    await connected.close();
  }
}

/** Takes up the latest samples of the running agent. Without one, what reads none of them can be polled all the same. */
async function readFleet(host: CliHost, series: PageSeries, options: CollectOptions): Promise<void> {
  try {
    const answer = await callAgent(host, '/metrics?fleet=1', options);
    if (answer.status !== 200) throw refusal(answer);
    series.read(answer.text, systemClock.now());
  } catch (error) {
    series.fail(toFailure(error));
  }
}

function chooseCollectors(collectors: readonly PollCollector[], name: string): readonly PollCollector[] {
  const chosen = collectors.filter(
    (collector) => collector.name === name || collector.name.startsWith(`${name}/`),
  );
  if (chosen.length > 0) return chosen;
  const names = collectors.map((collector) => collector.name).join(', ');
  throw new Failure('invalid', `no collector is called ${name}; there are ${names}`);
}

/** What each of them reads: everything that it can, or the tenant or place that is named. */
function choose(
  { collectors, targets }: Pick<Connected, 'collectors' | 'targets'>,
  name: string,
  subject: string | undefined,
): readonly (readonly [PollCollector, readonly Target[]])[] {
  const chosen = chooseCollectors(collectors, name);
  const pairs = chosen.map((collector) => [collector, targetsFor(collector, targets, subject)] as const);
  if (pairs.some(([, readable]) => readable.length > 0)) return pairs;
  const whose = subject === undefined ? '' : ` ${subject}`;
  const [first] = chosen;
  throw new Failure(
    'invalid',
    first?.reads === undefined
      ? `${first?.name}: no tenant${whose} with a url in the fleet`
      : `${first.name}: no place${whose} (needs: ${NEEDS[first.reads]})`,
  );
}

function targetsFor(
  { reads }: PollCollector,
  targets: readonly Target[],
  subject: string | undefined,
): readonly Target[] {
  const readable = targets.filter(({ place }) => place?.kind === reads);
  // Who sleeps is woken by name alone.
  return readable.filter((target) =>
    subject === undefined ? target.asleep !== true : subjectOf(target) === subject,
  );
}

function poll(host: CliHost, collector: PollCollector, target: Target, fleet: Fleet): Promise<PollResult> {
  const options = {
    clock: systemClock,
    log: host.createLog('warn'),
    metrics: NO_METRICS,
    state: null,
    deadlineMs: Math.max(DEADLINE_MS, collector.deadlineMs ?? 0),
    fleet,
    isSource: () => true,
  };
  return pollOnce(collector, target, options, host.signal);
}

function printerOf(host: CliHost, output: string | undefined): Printer {
  if (output === 'json') return { add: ({ tenant }, _, points) => printJson(host, points, tenant), end() {} };
  if (output === 'table') return { add: (...read) => printTable(host, ...read), end() {} };
  const page = new PointExposition();
  return {
    add: ({ tenant }, _, points) => page.add(points, tenant),
    end() {
      const { text, notes } = page.page();
      if (text !== '') host.print(text.trimEnd());
      for (const note of notes) host.printError(note);
    },
  };
}

function printJson(host: CliHost, points: PollResult['points'], tenant: string): void {
  for (const line of pointLines(points, tenant)) host.print(line);
}

function printTable(
  host: CliHost,
  target: Target,
  { name }: PollCollector,
  points: PollResult['points'],
): void {
  host.print(`${subjectOf(target)} ${name}: ${points.length} ${points.length === 1 ? 'point' : 'points'}`);
  for (const line of pointTable(points)) host.print(`  ${line}`);
}
