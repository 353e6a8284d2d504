import { digits, equals, bytesOf, find } from '../../src/collect/lines/bytes.ts';
import { methodSymbol } from '../../src/collect/lines/method-symbol.ts';
import { Routes } from '../../src/collect/lines/route.ts';
import { RowWriter } from '../../src/collect/lines/row-writer.ts';
import type { ColumnBatch } from '../../src/model/column-batch.ts';
import { webRequestDataset } from '../../src/octopus/web-request-dataset.ts';
import { fieldNumber } from './fields.ts';
import type { LineValues } from './line-values.ts';

const COLUMNS = ['tenant', 'method', 'status', 'user', 'host', 'route', 'path'];
const [TENANT, METHOD, STATUS, USER, HOST, ROUTE, PATH] = [0, 1, 2, 3, 4, 5, 6];
const DURATION = 0;
const SCHEME = bytesOf('://');
const COLON = 0x3a;
const SLASH = 0x2f;
const QUERY = 0x3f;
const FIELD = {
  method: fieldNumber('method'),
  path: fieldNumber('path'),
  status: fieldNumber('status'),
  user: fieldNumber('user'),
  host: fieldNumber('host'),
};

/** Writes rows of `web_request` from the values of lines. */
export class WebRows {
  readonly #rows = new RowWriter(webRequestDataset, COLUMNS, ['duration_seconds']);
  readonly #routes = new Routes();

  begin(out: ColumnBatch): void {
    this.#rows.begin(out);
    this.#routes.reset();
  }

  /** Whether the line tells of a request. */
  takes(values: LineValues): boolean {
    return values.has(FIELD.method) && values.has(FIELD.path);
  }

  /** Appends the request; false when its status is none. @param seconds NaN where the line has no duration */
  append(
    values: LineValues,
    time: number,
    offset: number,
    tenant: number,
    seconds: number,
    { symbols }: ColumnBatch,
  ): boolean {
    const { bytes } = values;
    const statusAt = values.start(FIELD.status);
    if (values.end(FIELD.status) - statusAt !== 3 || digits(bytes, statusAt, 3) < 100) return false;
    const rows = this.#rows;
    const pathAt = pathStart(bytes, values.start(FIELD.path), values.end(FIELD.path));
    const pathEnd = find(bytes, pathAt, values.end(FIELD.path), QUERY);
    const path = symbols.internBytes(bytes, pathAt, pathEnd);
    rows.append(time, offset);
    rows.symbol(TENANT, tenant);
    rows.symbol(METHOD, methodSymbol(symbols, bytes, values.start(FIELD.method), values.end(FIELD.method)));
    rows.symbol(STATUS, symbols.internBytes(bytes, statusAt, statusAt + 3));
    rows.symbol(ROUTE, this.#routes.of(symbols, path, bytes, pathAt, pathEnd));
    rows.symbol(PATH, path);
    rows.symbol(USER, symbols.internBytes(bytes, values.start(FIELD.user), values.end(FIELD.user)));
    rows.symbol(HOST, symbols.internBytes(bytes, values.start(FIELD.host), values.end(FIELD.host)));
    rows.number(DURATION, seconds);
    return true;
  }
}

/** Where the path begins in `/path` or `scheme://host/path`. */
function pathStart(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] === SLASH) return start;
  const colon = find(bytes, start, end, COLON);
  const isUrl = equals(bytes, colon, Math.min(end, colon + SCHEME.length), SCHEME);
  return isUrl ? find(bytes, colon + SCHEME.length, end, SLASH) : start;
}
