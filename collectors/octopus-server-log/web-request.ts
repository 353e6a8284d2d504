import {
  bytesOf,
  decimal,
  digits,
  find,
  isLetter,
  QUOTE,
  SPACE,
  startsWith,
} from '../../src/collect/lines/bytes.ts';
import { methodSymbol } from '../../src/collect/lines/method-symbol.ts';
import { Routes } from '../../src/collect/lines/route.ts';
import { RowWriter } from '../../src/collect/lines/row-writer.ts';
import { timeSpan } from '../../src/collect/lines/time-span.ts';
import type { ColumnBatch } from '../../src/model/column-batch.ts';
import { webRequestDataset } from '../../src/octopus/web-request-dataset.ts';

const COLUMNS = ['tenant', 'method', 'route', 'status', 'path', 'user', 'host'];
const [TENANT, METHOD, ROUTE, STATUS, PATH, USER, HOST] = [0, 1, 2, 3, 4, 5, 6];
const DURATION = 0;
const HTTP = bytesOf('"HTTP');
const SECURE = 0x53;
const BEFORE_METHOD = bytesOf('" "');
const TO = bytesOf('" to "');
const WITH = bytesOf(' with ');
const IN = bytesOf(' in ');
const BY = bytesOf(' by "');
const SCHEME = bytesOf('://');
const SLASH = 0x2f;
const OPEN = 0x28;
const QUERY = 0x3f;

/**
 * Reads request lines, new and old:
 * `"HTTP" "GET" to "localhost:8080""/api/x" "completed" with 200 in 00:00:00.0224869 (22ms) by "<anonymous>"`,
 * `"HTTP" "GET" to "http://localhost/api/x" completed with 200 in 00:00:00.0224869 (22.48ms)`.
 */
export class WebRequests {
  readonly #routes = new Routes();
  readonly #rows = new RowWriter(webRequestDataset, COLUMNS, ['duration_seconds']);
  #at = 0;
  #methodStart = 0;
  #methodEnd = 0;
  #hostStart = 0;
  #hostEnd = 0;
  #pathStart = 0;
  #pathEnd = 0;
  #statusStart = 0;
  #userStart = 0;
  #userEnd = 0;
  #seconds = Number.NaN;

  /** Call it before the first line of each chunk: symbols may have changed since. */
  begin(out: ColumnBatch): void {
    this.#routes.reset();
    this.#rows.begin(out);
  }

  /** Whether the message at `at` is one of a request, whole or not. */
  isRequest(bytes: Uint8Array, at: number, end: number): boolean {
    return bytes[at] === QUOTE && startsWith(bytes, at, end, HTTP);
  }

  /** Reads the request message `bytes[at, end)`; false when it is not whole. */
  read(bytes: Uint8Array, at: number, end: number): boolean {
    return this.#readTarget(bytes, at, end) && this.#readOutcome(bytes, end);
  }

  /** Appends the request read last. */
  append(bytes: Uint8Array, time: number, offset: number, tenant: number, { symbols }: ColumnBatch): void {
    const rows = this.#rows;
    const path = symbols.internBytes(bytes, this.#pathStart, this.#pathEnd);
    rows.append(time, offset);
    rows.symbol(TENANT, tenant);
    rows.symbol(METHOD, methodSymbol(symbols, bytes, this.#methodStart, this.#methodEnd));
    rows.symbol(ROUTE, this.#routes.of(symbols, path, bytes, this.#pathStart, this.#pathEnd));
    rows.symbol(STATUS, symbols.internBytes(bytes, this.#statusStart, this.#statusStart + 3));
    rows.symbol(PATH, path);
    rows.symbol(USER, symbols.internBytes(bytes, this.#userStart, this.#userEnd));
    rows.symbol(HOST, symbols.internBytes(bytes, this.#hostStart, this.#hostEnd));
    rows.number(DURATION, this.#seconds);
  }

  #readTarget(bytes: Uint8Array, start: number, end: number): boolean {
    this.#at = start + HTTP.length + (bytes[start + HTTP.length] === SECURE ? 1 : 0);
    if (!this.#skip(bytes, end, BEFORE_METHOD)) return false;
    this.#methodStart = this.#at;
    this.#methodEnd = find(bytes, this.#at, end, QUOTE);
    this.#at = this.#methodEnd;
    if (!this.#skip(bytes, end, TO)) return false;
    const first = this.#at;
    const firstEnd = find(bytes, first, end, QUOTE);
    this.#at = firstEnd + 1;
    if (bytes[this.#at] !== QUOTE || this.#at >= end) this.#splitUrl(bytes, first, firstEnd);
    else {
      this.#hostStart = first;
      this.#hostEnd = firstEnd;
      this.#pathStart = this.#at + 1;
      this.#pathEnd = find(bytes, this.#pathStart, end, QUOTE);
      this.#at = this.#pathEnd + 1;
    }
    this.#pathEnd = find(bytes, this.#pathStart, this.#pathEnd, QUERY);
    return this.#at < end;
  }

  /** Splits `[scheme://]host[:port]/path` of old servers. */
  #splitUrl(bytes: Uint8Array, start: number, end: number): void {
    let host = start;
    while (host < end && isLetter(bytes[host])) host++;
    this.#hostStart = startsWith(bytes, host, end, SCHEME) ? host + SCHEME.length : start;
    this.#hostEnd = find(bytes, this.#hostStart, end, SLASH);
    this.#pathStart = this.#hostEnd;
    this.#pathEnd = end;
  }

  #readOutcome(bytes: Uint8Array, end: number): boolean {
    let at = this.#at;
    while (at < end && (bytes[at] === SPACE || bytes[at] === QUOTE)) at++;
    while (at < end && isLetter(bytes[at])) at++;
    this.#at = at < end && bytes[at] === QUOTE ? at + 1 : at;
    if (!this.#skip(bytes, end, WITH)) return false;
    this.#statusStart = this.#at;
    if (this.#at + 3 > end || digits(bytes, this.#at, 3) < 100) return false;
    this.#at += 3;
    return this.#skip(bytes, end, IN) && this.#readDuration(bytes, end) && this.#readUser(bytes, end);
  }

  /** `00:00:00.0224869 (22ms)`: the span is the finer one. */
  #readDuration(bytes: Uint8Array, end: number): boolean {
    const spanEnd = find(bytes, this.#at, end, SPACE);
    this.#seconds = timeSpan(bytes, this.#at, spanEnd);
    const open = spanEnd + 1;
    if (open >= end || bytes[open] !== OPEN) return false;
    const close = find(bytes, open, end, 0x29);
    if (close === end) return false;
    this.#at = close + 1;
    if (Number.isNaN(this.#seconds)) this.#seconds = milliseconds(bytes, open + 1, close) / 1000;
    return !Number.isNaN(this.#seconds);
  }

  #readUser(bytes: Uint8Array, end: number): boolean {
    this.#userStart = this.#userEnd = this.#at;
    if (!this.#skip(bytes, end, BY)) return this.#at === end;
    this.#userStart = this.#at;
    this.#userEnd = find(bytes, this.#at, end, QUOTE);
    return this.#userEnd < end;
  }

  #skip(bytes: Uint8Array, end: number, text: Uint8Array): boolean {
    if (!startsWith(bytes, this.#at, end, text)) return false;
    this.#at += text.length;
    return true;
  }
}

/** `22ms` or `22.48 ms`. */
function milliseconds(bytes: Uint8Array, start: number, end: number): number {
  let stop = end;
  while (stop > start && (isLetter(bytes[stop - 1]) || bytes[stop - 1] === SPACE)) stop--;
  return decimal(bytes, start, stop);
}
