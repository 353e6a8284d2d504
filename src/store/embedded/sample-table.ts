import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { labelsKey, METRIC_NAME, type Labels } from '../../model/labels.ts';
import { matchesAll, type Matcher } from '../../model/matcher.ts';
import type { Series, TimeRange } from '../../model/series.ts';
import type { StoredSample } from './stored-document.ts';

const MAX_REMEMBERED = 200_000;

interface KnownSeries {
  readonly number: number;
  readonly labels: Labels;
}

/** The samples of gauge documents, by series and time. */
export class SampleTable {
  readonly #database: DatabaseSync;
  readonly #find: StatementSync;
  readonly #add: StatementSync;
  readonly #insert: StatementSync;
  readonly #read: StatementSync;
  readonly #numbers = new Map<string, number>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#find = database.prepare('SELECT number FROM series WHERE key = ?');
    this.#add = database.prepare('INSERT INTO series (key, name, tenant, labels) VALUES (?, ?, ?, ?)');
    this.#insert = database.prepare('INSERT OR IGNORE INTO samples (series, time, value) VALUES (?, ?, ?)');
    this.#read = database.prepare(
      'SELECT time, value FROM samples WHERE series = ? AND time BETWEEN ? AND ? ORDER BY time',
    );
  }

  /** A sample that is there already stays as it is. */
  insert(sample: StoredSample, time: number): void {
    this.#insert.run(this.#numberOf(sample.labels), time, sample.value);
  }

  /** Forgets what it remembers of a transaction that was rolled back. */
  forget(): void {
    this.#numbers.clear();
  }

  *select(matchers: readonly Matcher[], range: TimeRange): Iterable<Series> {
    for (const { number, labels } of this.#candidates(matchers)) {
      if (!matchesAll(matchers, labels)) continue;
      const rows = this.#read.all(number, Math.ceil(range.start), Math.floor(range.end));
      if (rows.length === 0) continue;
      yield {
        labels,
        timestamps: Float64Array.from(rows, ({ time }) => Number(time)),
        values: Float64Array.from(rows, ({ value }) => Number(value)),
      };
    }
  }

  /** Removes samples before `time` from up to `count` series after number `after`; the last of them, or undefined at the end. */
  expire(time: number, after: number, count: number): number | undefined {
    const rows = this.#database
      .prepare('SELECT number FROM series WHERE number > ? ORDER BY number LIMIT ?')
      .all(after, count);
    const remove = this.#database.prepare('DELETE FROM samples WHERE series = ? AND time < ?');
    const bury = this.#database.prepare(
      'DELETE FROM series WHERE number = ? AND NOT EXISTS (SELECT 1 FROM samples WHERE series = number)',
    );
    for (const row of rows) {
      const number = Number(row['number']);
      remove.run(number, time);
      if (bury.run(number).changes !== 0) this.#numbers.clear();
    }
    const last = rows.at(-1)?.['number'];
    return last === undefined ? undefined : Number(last);
  }

  #numberOf(labels: Labels): number {
    const key = labelsKey(labels);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = Number(this.#find.get(key)?.['number'] ?? this.#create(key, labels));
    if (this.#numbers.size >= MAX_REMEMBERED) this.#numbers.clear();
    this.#numbers.set(key, number);
    return number;
  }

  #create(key: string, labels: Labels): number | bigint {
    const name = labels[METRIC_NAME] ?? '';
    return this.#add.run(key, name, labels['tenant'] ?? '', JSON.stringify(labels)).lastInsertRowid;
  }

  *#candidates(matchers: readonly Matcher[]): Iterable<KnownSeries> {
    const conditions: string[] = [];
    const values: string[] = [];
    for (const { name, operator, value } of matchers) {
      const column = name === METRIC_NAME ? 'name' : name;
      if (operator !== '=' || (column !== 'name' && column !== 'tenant')) continue;
      conditions.push(`${column} = ?`);
      values.push(value);
    }
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
    for (const row of this.#database.prepare(`SELECT number, labels FROM series${where}`).all(...values)) {
      const labels: Labels = JSON.parse(String(row['labels']));
      yield { number: Number(row['number']), labels };
    }
  }
}
