import type { Dataset } from '../model/dataset.ts';
import { Failure, toFailure } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Clock, Log, PointWriter, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { createAlarms } from './alarms.ts';
import { keyOf, type Fleet, type PollCollector, type Target } from './contract.ts';
import { createOutcomeLog, type PollOutcome } from './outcome-log.ts';
import { createPollCommit, pollSource } from './poll-commit.ts';
import { turnAfter, type Job, type Subject } from './poll-job.ts';
import { lateFailure, pollOnce } from './poll-once.ts';
import { beginPoll, GRACE_MS, type PollResult, type RunningPoll } from './running-poll.ts';

const DEADLINE_MS = 10_000;
/** The first polls of a small fleet come within so long; a large one must not be asked more than later on. */
const START_MS = 15_000;
const START_MS_PER_TARGET = 150;
/** Targets that may be new at once; of more, one every 5 ms: each new connection is a handshake. */
const AT_ONCE = 200;
const ARRIVAL_MS = 5;
/**
 * Enough for a fifth of several thousand instances to hang while none of the others waits. With twice as many, a process
 * that is asked for more than it can do answers half as much: what is under way takes longer than its timeout.
 */
const CONCURRENCY = 2048;

export interface PollRunnerOptions {
  readonly collectors: readonly PollCollector[];
  readonly writer: PointWriter;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** The durable position of a source, from which its first poll goes on. */
  readonly positions: (source: string) => JsonValue | undefined;
  /** Overrides a collector's own interval, in ms. */
  readonly intervalMs?: (collector: PollCollector) => number | undefined;
  /** Whether a collector is the source of a dataset for a target. */
  readonly isSource: (collector: string, target: Target, dataset: Dataset) => boolean;
  readonly fleet: Fleet;
  /** Hears of every poll that ended. */
  readonly onOutcome?: (outcome: PollOutcome) => void;
  /** Hears of every target that is polled no more. */
  readonly onRemoved?: (target: Target) => void;
  /** Polls at a time over all targets; default 2048. */
  readonly concurrency?: number;
}

export interface PollRunner {
  /** Polls until the signal is aborted; resolves when every poll has ended. */
  run(targets: readonly Target[], signal: AbortSignal): Promise<void>;
  /** The targets from now on; a target that stays keeps its rhythm and takes its new values at the next poll. */
  setTargets(targets: readonly Target[]): void;
  /** One poll of one target, writing nothing. */
  pollOnce(collector: PollCollector, target: Target, signal: AbortSignal): Promise<PollResult>;
}

/** Polls every target with every collector, each pair in its own rhythm, so that one that hangs delays no other. */
export function createPollRunner(options: PollRunnerOptions): PollRunner {
  const { collectors, clock, log, metrics, fleet, random, concurrency = CONCURRENCY } = options;
  const alarms = createAlarms(clock);
  const outcomes = createOutcomeLog(options);
  const { commit, end, fail } = createPollCommit({ ...options, outcomes });
  const subjects = new Map<string, Subject>();
  /** Whose turn has come while others had every place. */
  const waiting = new Set<Job>();
  const underWay = new Set<Promise<void>>();
  let polling = 0;
  let life: AbortSignal | undefined;

  async function run(targets: readonly Target[], signal: AbortSignal): Promise<void> {
    life = signal;
    setTargets(targets);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    await alarms.run(() => signal.aborted && underWay.size === 0);
  }

  function stop(): void {
    for (const key of subjects.keys()) remove(key, 'octowatch stops');
    alarms.look();
  }

  function setTargets(targets: readonly Target[]): void {
    if (life === undefined || life.aborted) return;
    const wanted = new Map(targets.map((target) => [keyOf(target), target]));
    for (const key of subjects.keys()) if (!wanted.has(key)) remove(key, 'the target is gone');
    const spreadMs = Math.max(START_MS, wanted.size * START_MS_PER_TARGET);
    const added = [...wanted].filter(([key]) => !subjects.has(key));
    const arrivalMs = Math.max(0, added.length - AT_ONCE) * ARRIVAL_MS;
    for (const [key, target] of wanted) {
      const known = subjects.get(key);
      if (known !== undefined) change(known, target);
    }
    for (const [key, target] of added) add(key, target, clock.now() + random() * arrivalMs, spreadMs);
  }

  /** Who falls asleep is asked nothing more, not even by what is under way: it could wake again. */
  function change(subject: Subject, target: Target): void {
    subject.target = target;
    if (target.asleep !== true) return;
    for (const job of subject.jobs)
      if (job.running !== undefined) interrupt(job, job.running, new Failure('aborted', 'it fell asleep'));
  }

  function add(key: string, target: Target, from: number, spreadMs: number): void {
    const subject: Subject = { target, gone: false, jobs: [] };
    subjects.set(key, subject);
    for (const collector of collectors) {
      if (collector.reads !== target.place?.kind) continue;
      const at = from + random() * Math.min(intervalOf(collector), spreadMs);
      const job = jobOf(collector, subject, at);
      subject.jobs.push(job);
      alarms.set(at, job.ring);
    }
  }

  function jobOf(collector: PollCollector, subject: Subject, at: number): Job {
    const job: Job = {
      collector,
      subject,
      isSource: (dataset) => options.isSource(collector.name, subject.target, dataset),
      ring: (turn) => takeTurn(job, turn),
      at,
      state: options.positions(pollSource(collector, subject.target)) ?? null,
      running: undefined,
      work: undefined,
      asked: 0,
      ended: true,
      silent: false,
    };
    return job;
  }

  function remove(key: string, why: string): void {
    const subject = subjects.get(key);
    if (subject === undefined) return;
    subject.gone = true;
    subjects.delete(key);
    outcomes.forget(subject.target);
    if (life?.aborted === false) options.onRemoved?.(subject.target);
    for (const job of subject.jobs) {
      waiting.delete(job);
      if (job.running !== undefined) interrupt(job, job.running, new Failure('aborted', why));
      const forgotten = job.collector.forget?.(subject.target);
      if (forgotten !== undefined) track(forgotten);
      // Those of a tenant are ended together, also what others read of it.
      if (subject.target.place !== undefined && life?.aborted === false) track(endAfterPoll(job));
    }
  }

  /** The position that the poll under way leaves must not be overtaken by the one before it. */
  async function endAfterPoll(job: Job): Promise<void> {
    const { collector, subject } = job;
    await job.work?.catch(ignore);
    if (!subjects.has(keyOf(subject.target))) await end(collector, subject.target, job.state);
  }

  function takeTurn(job: Job, turn: number): void {
    const { collector, subject } = job;
    if (subject.gone) return;
    job.at = turn;
    if (!job.ended) {
      fail(collector, subject.target, stillRunning());
      setNext(job);
    } else if (subject.target.asleep === true) track(beSilent(job));
    else if (collector.datasets.some(job.isSource)) {
      waiting.add(job);
      pollWaiting();
    } else setNext(job);
  }

  function pollWaiting(): void {
    for (const job of waiting) {
      if (polling >= concurrency) return;
      waiting.delete(job);
      track((job.work = poll(job)));
    }
  }

  async function poll(job: Job): Promise<void> {
    const { collector, subject, state, isSource } = job;
    const { target } = subject;
    const now = clock.now();
    metrics.observe('octowatch_poll_delay_seconds', Math.max(0, now - job.at) / 1000);
    polling++;
    job.silent = false;
    job.ended = false;
    job.running = beginPoll(collector, target, { clock, log, metrics, fleet, state, isSource });
    const asked = ++job.asked;
    const deadlineMs = deadlineOf(collector);
    alarms.set(now + deadlineMs, () => {
      if (job.asked === asked && job.running !== undefined)
        interrupt(job, job.running, lateFailure(deadlineMs));
    });
    const result = await job.running.result;
    job.running = undefined;
    polling--;
    void result.ended.then(() => (job.ended = true));
    pollWaiting();
    if (subject.gone) return;
    try {
      // Its series end with its next turn; what it said last would only begin them anew.
      if (subject.target.asleep !== true) await take(job, target, result);
    } finally {
      setNext(job);
    }
  }

  /** What cannot be taken is a failure; the next poll has its turn all the same. */
  async function take(job: Job, target: Target, result: PollResult): Promise<void> {
    const { collector, subject } = job;
    try {
      const { state, record } = await commit(collector, target, result);
      job.state = state;
      if (!subject.gone) record();
    } catch (error) {
      if (!subject.gone) fail(collector, target, toFailure(error, 'malformed'));
    }
  }

  /** The poll has a second to end by itself; then nobody waits for it. */
  function interrupt(job: Job, running: RunningPoll, reason: Failure): void {
    running.stop(reason);
    const { asked } = job;
    alarms.set(clock.now() + GRACE_MS, () => {
      if (job.asked === asked) job.running?.giveUp();
    });
  }

  async function beSilent(job: Job): Promise<void> {
    if (!job.silent) await end(job.collector, job.subject.target, job.state);
    job.silent = true;
    setNext(job);
  }

  function setNext(job: Job): void {
    if (job.subject.gone) return;
    job.at = turnAfter(job.at, intervalOf(job.collector), clock.now());
    alarms.set(job.at, job.ring);
  }

  function track(work: Promise<void>): void {
    underWay.add(work);
    const settled = (): void => {
      underWay.delete(work);
      if (life?.aborted === true) alarms.look();
    };
    work.then(settled, settled);
  }

  function intervalOf(collector: PollCollector): number {
    return options.intervalMs?.(collector) ?? collector.intervalMs;
  }

  function deadlineOf(collector: PollCollector): number {
    return Math.min(intervalOf(collector), collector.deadlineMs ?? DEADLINE_MS);
  }

  function once(collector: PollCollector, target: Target, signal: AbortSignal): Promise<PollResult> {
    const state = options.positions(pollSource(collector, target)) ?? null;
    const isSource = (dataset: Dataset): boolean => options.isSource(collector.name, target, dataset);
    const deadlineMs = deadlineOf(collector);
    return pollOnce(collector, target, { clock, log, metrics, fleet, state, isSource, deadlineMs }, signal);
  }

  return { run, setTargets, pollOnce: once };
}

function stillRunning(): Failure {
  return new Failure('timeout', 'the poll before has not ended although it was stopped');
}

function ignore(): void {}
