import { messageOf } from '../../model/failure.ts';
import type { Labels } from '../../model/labels.ts';
import type { RuleGroup } from '../../ruler/rule.ts';
import { simulateOnCall, type OnCallSetup, type SimulatedOnCall } from '../on-call/simulated-on-call.ts';
import type { TestFailure } from '../test-failure.ts';
import { TestRun } from '../test-run.ts';
import { describeExtra, describeMissed } from './describe-mismatch.ts';
import { expectationProblems } from './expectation-problems.ts';
import { InputFleet } from './input-fleet.ts';
import { matchPages } from './match-pages.ts';
import type { PageTest, PageTestFile } from './page-test-file.ts';
import { toldPages, type ToldPage } from './told-page.ts';
import { whyNotTold, type Standing } from './why-not-told.ts';

/** How long after the last page that is expected another one is waited for, ms. */
const LINGER_MS = 5 * 60_000;

/** What a configuration says of the way from alert to receiver. */
export interface PageTestSetup {
  readonly onCall: OnCallSetup;
  readonly externalLabels: Labels;
}

/** How a test went, and what receivers were told in it. */
export interface PageTestOutcome {
  readonly failures: readonly TestFailure[];
  readonly pages: readonly ToldPage[];
}

/** Runs one entry of `tests` through rules and routes, in virtual time. */
export async function runPageTest(
  file: PageTestFile,
  index: number,
  groups: readonly RuleGroup[],
  setup: PageTestSetup,
): Promise<PageTestOutcome> {
  const test = file.tests?.[index];
  if (test === undefined) return { failures: [], pages: [] };
  const run = new PageTestRun(file, index, test, setup);
  try {
    return await run.outcome(groups);
  } finally {
    await run.stop();
  }
}

class PageTestRun {
  readonly #test: PageTest;
  readonly #step: number;
  readonly #setup: OnCallSetup;
  readonly #rules: TestRun;
  readonly #fleet: InputFleet;
  readonly #onCall: SimulatedOnCall;
  readonly #standings = new Map<number, Standing>();
  /** What happens besides evaluations, by ms after the start. */
  readonly #events = new Map<number, (() => void)[]>();

  constructor(file: PageTestFile, index: number, test: PageTest, { onCall, externalLabels }: PageTestSetup) {
    const start = test.start_timestamp ?? 0;
    const externalUrl = test.external_url || onCall.externalUrl;
    this.#test = test;
    this.#step = file.evaluation_interval;
    this.#setup = onCall;
    this.#onCall = simulateOnCall({ ...onCall, externalUrl }, start, () => this.#fleet.known);
    this.#rules = new TestRun(file, index, test, {
      clock: this.#onCall.clock,
      sink: this.#onCall,
      externalLabels: { ...externalLabels, ...test.external_labels },
      externalUrl,
    });
    this.#fleet = new InputFleet(this.#rules.series);
  }

  async outcome(groups: readonly RuleGroup[]): Promise<PageTestOutcome> {
    const rules = this.#rules;
    for (const { index, problem } of expectationProblems(this.#test, [...this.#setup.receivers.keys()]))
      rules.fail(['page_test', index], problem);
    if (!rules.begin(groups) || rules.failures.length > 0) return { failures: rules.failures, pages: [] };
    this.#planSilences();
    const end = this.#end();
    if (!(await this.#play(end))) return { failures: rules.failures, pages: [] };
    rules.checkExpressions();
    const pages = toldPages(this.#onCall, rules.start, rules.start + end);
    if (this.#test.page_test !== undefined && this.#test.page_test !== null) this.#compare(pages);
    return { failures: rules.failures, pages };
  }

  stop(): Promise<void> {
    return this.#onCall.stop();
  }

  /** Silences are known from the start and hold from when they say; at `expire_at` somebody ends one. */
  #planSilences(): void {
    for (const [index, silence] of this.#test.silences.entries()) {
      const { matchers, from, until, created_by: createdBy, comment, until_resolved, expire_at } = silence;
      const { start } = this.#rules;
      const times = { startsAt: start + from, endsAt: start + until };
      this.#attempt(index, () => {
        const { id } = this.#onCall.silences.put({
          ...times,
          matchers,
          createdBy,
          comment,
          endsWithAlert: until_resolved,
        });
        const expire = (): void => void this.#onCall.silences.expire(id);
        if (expire_at !== undefined) this.#plan(expire_at, () => this.#attempt(index, expire));
      });
    }
    this.#onCall.mutesChanged();
  }

  #attempt(silence: number, change: () => void): void {
    try {
      change();
      this.#onCall.mutesChanged();
    } catch (error) {
      this.#rules.fail(['silences', silence], messageOf(error));
    }
  }

  #plan(at: number, event: () => void): void {
    this.#events.set(at, [...(this.#events.get(at) ?? []), event]);
  }

  /** Where the test says nothing: a while after the last thing that it expects, and with none after its input. */
  #end(): number {
    const { until, page_test: expected } = this.#test;
    if (until !== undefined) return Math.max(until, this.#rules.lastTime);
    const pages = (expected ?? []).map(({ at, within }) => at + within);
    const last = pages.length === 0 && expected?.length === 0 ? this.#rules.inputEnd : Math.max(0, ...pages);
    return Math.max(last + LINGER_MS, this.#rules.lastTime);
  }

  /** Lets time pass; false when a rule failed. */
  async #play(end: number): Promise<boolean> {
    const { clock } = this.#onCall;
    const { start } = this.#rules;
    const looks = new Set((this.#test.page_test ?? []).map(({ at, within }) => at + within));
    for (const at of this.#times(end, looks)) {
      await clock.advance(start + at - clock.now());
      for (const event of this.#events.get(at) ?? []) event();
      if (at % this.#step === 0) {
        this.#fleet.look(start + at);
        if (!this.#rules.evaluate(at)) return false;
      }
      if (looks.has(at)) await this.#look(at);
    }
    await clock.advance(start + end - clock.now());
    return true;
  }

  #times(end: number, looks: ReadonlySet<number>): number[] {
    const evaluations = Array.from({ length: Math.floor(end / this.#step) + 1 }, (_, n) => n * this.#step);
    const times = new Set([...evaluations, ...looks, ...this.#events.keys()]);
    return [...times].filter((at) => at <= end).toSorted((a, b) => a - b);
  }

  /** Remembers how things stand once what happens at a time has happened. */
  async #look(at: number): Promise<void> {
    await this.#onCall.clock.advance(0);
    const pending = this.#rules.alerts.filter(({ state }) => state === 'pending');
    this.#standings.set(at, { at, firing: this.#onCall.alerts(), pending });
  }

  #compare(told: readonly ToldPage[]): void {
    const { missed, extra } = matchPages(this.#test.page_test ?? [], told);
    const way = { receivers: this.#setup.receivers, told, start: this.#rules.start };
    const problems = [
      ...missed.map(({ index, ...page }) => ({
        at: page.expected.at,
        path: ['page_test', index],
        ...describeMissed({ index, ...page }, () => this.#why(page.expected, way)),
      })),
      ...extra.map((page) => ({ at: page.at, path: ['page_test'], ...describeExtra(page) })),
    ];
    for (const { path, problem, difference } of problems.toSorted((a, b) => a.at - b.at))
      this.#rules.fail(path, problem, difference);
  }

  #why(page: Parameters<typeof whyNotTold>[0], way: Parameters<typeof whyNotTold>[2]): string {
    const standing = this.#standings.get(page.at + page.within);
    return standing === undefined ? 'the test ends before' : whyNotTold(page, standing, way);
  }
}
