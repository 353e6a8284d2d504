import { METRIC_NAME } from '../model/labels.ts';
import type { SeriesWriter } from '../model/series-writer.ts';
import { ListFrame } from '../promql/nodes/frames.ts';
import { Row } from '../promql/nodes/row.ts';
import type { LiveAlert } from './alert-lifecycle.ts';

/** Positions of one alert: `ALERTS` pending, `ALERTS` firing, `ALERTS_FOR_STATE`. */
const PLACES = 3;
/** Alerts whose places are kept although they are over; past that, and half of all, the frame begins anew. */
const KEPT_PLACES = 64;

/** Writes the series `ALERTS` and `ALERTS_FOR_STATE` of a rule's alerts. */
export class AlertSeries {
  readonly #writer: SeriesWriter;
  readonly #frame = new ListFrame();
  readonly #row = new Row(this.#frame);
  readonly #places = new Map<LiveAlert, number>();
  /** Nothing was present at the last write: all series have ended. */
  #isOver = false;

  constructor(writer: SeriesWriter) {
    this.#writer = writer;
  }

  /** Writes those of the alerts that are pending or firing; the series of all others end. */
  write(alerts: ReadonlyMap<string, LiveAlert>, time: number): void {
    if (this.#places.size > 2 * alerts.size + KEPT_PLACES) this.#forget();
    for (const alert of alerts.values())
      if (alert.state !== 'resolved' && !this.#places.has(alert)) this.#add(alert);
    this.#row.begin();
    let isOver = true;
    for (const alert of alerts.values()) if (this.#set(alert)) isOver = false;
    if (!isOver || !this.#isOver) this.#writer.write(time, this.#row);
    this.#isOver = isOver;
  }

  #set(alert: LiveAlert): boolean {
    const place = this.#places.get(alert);
    if (place === undefined || alert.state === 'resolved') return false;
    this.#row.set(alert.state === 'pending' ? place : place + 1, 1);
    this.#row.set(place + 2, Math.floor(alert.activeAt / 1000));
    return true;
  }

  #add(alert: LiveAlert): void {
    const { labels } = alert;
    for (const alertstate of ['pending', 'firing'])
      this.#frame.push({ ...labels, [METRIC_NAME]: 'ALERTS', alertstate });
    const last = this.#frame.push({ ...labels, [METRIC_NAME]: 'ALERTS_FOR_STATE' });
    this.#places.set(alert, last - PLACES + 1);
  }

  #forget(): void {
    this.#places.clear();
    this.#frame.clear();
  }
}
