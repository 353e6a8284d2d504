import type { Log } from '../../src/model/ports.ts';

/** A log that a test can read: one line of JSON per entry, the fields of its parents first. */
export function recordedLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  function create(base: object): Log {
    const write =
      (level: string) =>
      (fields: object, message: string): void => {
        lines.push(JSON.stringify({ level, ...base, ...fields, message }));
      };
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (fields) => create({ ...base, ...fields }),
    };
  }
  return { log: create({}), lines };
}
