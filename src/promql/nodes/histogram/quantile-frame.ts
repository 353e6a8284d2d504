import { withLabel } from '../../label-sets.ts';
import { FrameCursor, ListFrame, type PlanFrame } from '../frames.ts';
import { IntColumn } from '../int-column.ts';

/** The results of one φ by histogram. */
export interface QuantileColumn {
  readonly phi: number;
  readonly positions: IntColumn;
}

// A φ that is computed may be another one at every time.
const MAX_COLUMNS = 100;

/** Histograms by φ. */
export class QuantileFrame {
  readonly frame = new ListFrame();
  readonly #histograms: PlanFrame;
  readonly #label: string;
  readonly #cursor = new FrameCursor();
  #columns = new Map<number, QuantileColumn>();

  constructor(histograms: PlanFrame, label: string) {
    this.#histograms = histograms;
    this.#label = label;
  }

  /** The results of a φ, with those of histograms that are new. */
  columnOf(phi: number): QuantileColumn {
    this.#cursor.advance(this.#histograms, () => this.#forget());
    let column = this.#columns.get(phi);
    if (column === undefined) {
      column = { phi, positions: new IntColumn() };
      this.#columns.set(phi, column);
    }
    this.#extend(column);
    return column;
  }

  /** Forgets what was computed of old once there is much of it. Before the columns of an evaluation are asked for. */
  begin(): void {
    if (this.#columns.size > MAX_COLUMNS) this.#forget();
  }

  #extend({ phi, positions }: QuantileColumn): void {
    const histograms = this.#histograms;
    const text = formatFloat(phi);
    for (let position = positions.length; position < histograms.length; position++) {
      const labels = withLabel(histograms.labels(position), this.#label, text);
      positions.push(this.frame.push(labels, histograms.dropsName(position)));
    }
  }

  #forget(): void {
    this.frame.clear();
    this.#columns = new Map();
  }
}

/** A number as OpenMetrics writes it: Go's format `g`, always with a point or an exponent. */
function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (value !== 0 && (power < -4 || power >= 6)) {
    return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
