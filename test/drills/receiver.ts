import assert from 'node:assert/strict';
import type { Alert } from '../../src/model/alert.ts';
import { formatLabels } from '../../src/model/labels.ts';

const SECOND = 1000;

/** What hears of alerts outlives the process that tells, and notes all that is news to it, in order. */
export class Receiver {
  /** The news of each round; their order within it is nobody's promise. */
  readonly news: string[][] = [];
  /** What the texts of true alerts said at the end of each round. */
  readonly texts: string[] = [];
  readonly #start: number;
  readonly #groups = new Map<string, ReadonlyMap<string, Alert>>();
  readonly #told = new Map<string, string>();
  /** The time of an evaluation before the polls have answered: that it holds alerts is no news. */
  beforePolls: number | undefined;

  constructor(start: number) {
    this.#start = start;
  }

  beginRound(): void {
    this.news.push([]);
  }

  endRound(): void {
    const alerts = [...this.#groups.values()].flatMap((group) => [...group.values()]);
    const isTrue = alerts.filter(({ state, heldSince }) => state === 'firing' && heldSince === undefined);
    this.texts.push(
      ...isTrue.map(({ key, annotations }) => `${key} ${JSON.stringify(annotations)}`).toSorted(),
    );
    this.news.at(-1)?.sort();
  }

  /** As the dispatcher does: what fired and is not named any more is over. */
  readonly hear = (group: string, alerts: readonly Alert[]): void => {
    const now = new Map(alerts.map((alert) => [alert.key, alert]));
    assert.equal(
      now.size,
      alerts.length,
      `an alert is told twice at once: ${alerts.map(this.#describe).join('; ')}`,
    );
    for (const [key, alert] of now) this.#note(key, this.#describe(alert));
    for (const [key, { state, labels }] of this.#groups.get(group) ?? [])
      if (state === 'firing' && !now.has(key)) this.#note(key, `${formatLabels(labels)} has vanished`);
    this.#groups.set(group, now);
  };

  #note(key: string, line: string): void {
    if (this.#told.get(key) === line) return;
    this.#told.set(key, line);
    this.news.at(-1)?.push(line);
  }

  readonly #describe = ({ labels, state, activeAt, firedAt, resolvedAt, heldSince }: Alert): string => {
    const held = heldSince === this.beforePolls ? undefined : heldSince;
    const after = [activeAt, firedAt, resolvedAt, held].map((time) => {
      return time === undefined ? '-' : (time - this.#start) / SECOND;
    });
    return `${formatLabels(labels)} ${state} ${after.join(' ')}`;
  };
}
