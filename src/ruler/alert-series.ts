import { METRIC_NAME } from '../model/labels.ts';
import type { SeriesWriter } from '../model/series-writer.ts';
import { ListFrame } from '../promql/nodes/frames.ts';
import { Row } from '../promql/nodes/row.ts';
import type { TrackedAlert } from './tracked-alert.ts';

/** Positions of one alert, from its place on: `ALERTS` pending, `ALERTS` firing, `ALERTS_FOR_STATE`. */
const POSITIONS = 3;
/** Positions that are kept of alerts that are over; when they are more, and more than half, the frame begins anew. */
const SPARE = 200;

/** Writes the series `ALERTS` and `ALERTS_FOR_STATE` of a rule's alerts. */
export class AlertSeries {
  readonly #writer: SeriesWriter;
  readonly #frame = new ListFrame();
  readonly #row = new Row(this.#frame);
  /** Nothing was present at the last write: all series have ended. */
  #isOver = false;

  constructor(writer: SeriesWriter) {
    this.#writer = writer;
  }

  /** Writes those of the alerts that are pending or firing; the series of all others end. */
  write(alerts: ReadonlyMap<string, TrackedAlert>, time: number): void {
    if (this.#frame.length > 2 * POSITIONS * alerts.size + SPARE) this.#beginAnew(alerts);
    for (const alert of alerts.values())
      if (alert.place === undefined && alert.state !== 'resolved') this.#add(alert);
    this.#row.begin();
    let isOver = true;
    for (const { place, state, activeAt } of alerts.values()) {
      if (place === undefined || state === 'resolved') continue;
      this.#row.set(state === 'pending' ? place : place + 1, 1);
      this.#row.set(place + 2, Math.floor(activeAt / 1000));
      isOver = false;
    }
    if (!isOver || !this.#isOver) this.#writer.write(time, this.#row);
    this.#isOver = isOver;
  }

  #add(alert: TrackedAlert): void {
    const { labels } = alert;
    alert.place = this.#frame.push({ ...labels, [METRIC_NAME]: 'ALERTS', alertstate: 'pending' });
    this.#frame.push({ ...labels, [METRIC_NAME]: 'ALERTS', alertstate: 'firing' });
    this.#frame.push({ ...labels, [METRIC_NAME]: 'ALERTS_FOR_STATE' });
  }

  #beginAnew(alerts: ReadonlyMap<string, TrackedAlert>): void {
    this.#frame.clear();
    for (const alert of alerts.values()) alert.place = undefined;
  }
}
