import { bytesOf, decimal, digits, find, skipDigits } from '../../src/collect/lines/bytes.ts';
import { methodSymbol } from '../../src/collect/lines/method-symbol.ts';
import { Midnights } from '../../src/collect/lines/midnights.ts';
import { Routes } from '../../src/collect/lines/route.ts';
import { RowWriter } from '../../src/collect/lines/row-writer.ts';
import { timeOfDay } from '../../src/collect/lines/time-of-day.ts';
import type { ColumnBatch } from '../../src/model/column-batch.ts';
import { webRequestDataset } from '../../src/octopus/web-request-dataset.ts';
import type { WebLogColumns } from './web-log-columns.ts';

const COLUMNS = ['tenant', 'method', 'route', 'status', 'path', 'user', 'host'];
const [TENANT, METHOD, ROUTE, STATUS, PATH, USER, HOST] = [0, 1, 2, 3, 4, 5, 6];
const DURATION = 0;
const DATE_LENGTH = 'yyyy-mm-dd'.length;
const TIME_LENGTH = 'hh:mm:ss'.length;
/** As `OctopusServer.txt` names it. */
const ANONYMOUS = bytesOf('<anonymous>');
const DASH = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const QUERY = 0x3f;

/** Writes rows of `web_request` from lines whose columns were found. Column `n` is `bytes[bounds[n], bounds[n + 1] - 1)`. */
export class WebLogRows {
  readonly #rows = new RowWriter(webRequestDataset, COLUMNS, ['duration_seconds']);
  readonly #routes = new Routes();
  readonly #midnights = new Midnights();
  #time = 0;
  #milliseconds = 0;

  /** Call it before the first line of each chunk: symbols may have changed since. */
  begin(out: ColumnBatch): void {
    this.#routes.reset();
    this.#rows.begin(out);
  }

  /** Whether the line has the shape of a request; it is kept for `append`. */
  read(bytes: Uint8Array, bounds: Int32Array, columns: WebLogColumns): boolean {
    const status = bounds[columns.status] ?? 0;
    if (endOf(bounds, columns.status) - status !== 3 || digits(bytes, status, 3) < 100) return false;
    if (bytes[bounds[columns.path] ?? 0] !== SLASH) return false;
    if (bounds[columns.method] === endOf(bounds, columns.method)) return false;
    this.#milliseconds = decimal(bytes, bounds[columns.duration] ?? 0, endOf(bounds, columns.duration));
    this.#time = this.#timeOf(bytes, bounds, columns);
    return !Number.isNaN(this.#milliseconds) && !Number.isNaN(this.#time);
  }

  /** Appends the request read last. */
  append(
    bytes: Uint8Array,
    bounds: Int32Array,
    columns: WebLogColumns,
    offset: number,
    tenant: number,
    { symbols }: ColumnBatch,
  ): void {
    const rows = this.#rows;
    const method = bounds[columns.method] ?? 0;
    const status = bounds[columns.status] ?? 0;
    const pathAt = bounds[columns.path] ?? 0;
    const pathEnd = find(bytes, pathAt, endOf(bounds, columns.path), QUERY);
    const path = symbols.internBytes(bytes, pathAt, pathEnd);
    rows.append(this.#time, offset);
    rows.symbol(TENANT, tenant);
    rows.symbol(METHOD, methodSymbol(symbols, bytes, method, endOf(bounds, columns.method)));
    rows.symbol(ROUTE, this.#routes.of(symbols, path, bytes, pathAt, pathEnd));
    rows.symbol(STATUS, symbols.internBytes(bytes, status, status + 3));
    rows.symbol(PATH, path);
    if (columns.user >= 0) rows.symbol(USER, textOf(bytes, bounds, columns.user, symbols, ANONYMOUS));
    if (columns.host >= 0) rows.symbol(HOST, textOf(bytes, bounds, columns.host, symbols));
    rows.number(DURATION, this.#milliseconds / 1000);
  }

  /** ms since the epoch; the log is in UTC. */
  #timeOf(bytes: Uint8Array, bounds: Int32Array, { date, time }: WebLogColumns): number {
    if (endOf(bounds, date) - (bounds[date] ?? 0) !== DATE_LENGTH) return Number.NaN;
    const start = bounds[time] ?? 0;
    const fraction = start + TIME_LENGTH;
    const end = endOf(bounds, time);
    if (end < fraction) return Number.NaN;
    const midnight = this.#midnights.of(bytes, bounds[date] ?? 0);
    return midnight + timeOfDay(bytes, start) + (end === fraction ? 0 : milliseconds(bytes, fraction, end));
  }
}

function endOf(bounds: Int32Array, column: number): number {
  return (bounds[column + 1] ?? 1) - 1;
}

/** The symbol of a column that may be `-`, which stands for `none`. */
function textOf(
  bytes: Uint8Array,
  bounds: Int32Array,
  column: number,
  symbols: ColumnBatch['symbols'],
  none?: Uint8Array,
): number {
  const start = bounds[column] ?? 0;
  const end = endOf(bounds, column);
  if (end - start !== 1 || bytes[start] !== DASH) return symbols.internBytes(bytes, start, end);
  return none === undefined ? 0 : symbols.internBytes(none, 0, none.length);
}

/** Whole ms of the fraction `.7923` of a second, NaN for what is none. */
function milliseconds(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== DOT || end === start + 1 || skipDigits(bytes, start + 1, end) !== end)
    return Number.NaN;
  let ms = 0;
  for (let i = start + 1; i < start + 4; i++) ms = ms * 10 + (i < end ? (bytes[i] ?? 0) - 0x30 : 0);
  return ms;
}
