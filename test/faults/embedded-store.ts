import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { FaultStore } from './fault-store.ts';
import { numberIn } from './numbered-line.ts';
import { StoredLines } from './stored-lines.ts';

const EVENTS = "FROM events WHERE dataset = 'web_request'";

/** The agent's own store, read from its file, also while the agent writes it; it plays no faults. */
export function openEmbeddedStore(dataDirectory: string): FaultStore {
  const file = join(dataDirectory, 'store.db');

  /** Hands each row to `take`; nothing is there before the agent made the file. */
  function query(columns: string, take: (row: Record<string, unknown>) => void): void {
    if (!existsSync(file)) return;
    const database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
    try {
      for (const row of database.prepare(`SELECT ${columns} ${EVENTS}`).iterate()) take(row);
    } finally {
      database.close();
    }
  }

  return {
    config: {},
    set({ kind }) {
      if (kind !== 'none') throw new Error(`the embedded store cannot be told to play ${kind}`);
      return Promise.resolve();
    },
    current: () => Promise.resolve('none'),
    rollOver: () => Promise.resolve(),
    stored() {
      let count = 0;
      query('count(*) AS count', (row) => (count = Number(row['count'])));
      return Promise.resolve(count);
    },
    counts(written) {
      const lines = new StoredLines();
      query('time, document', ({ time, document }) => {
        const number = numberIn(String(document));
        if (number !== undefined) lines.add(number, Number(time));
      });
      return Promise.resolve(lines.counts(written));
    },
    documents: () => Promise.resolve(undefined),
    rollups: () => Promise.resolve(undefined),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
