/** One line of a raw task log. */
export interface Entry {
  /** `ServerTasks-21_GJZWYYV2KT/<activity>/<activity>`. */
  readonly correlation: string;
  readonly category: string;
  /** ISO 8601 with a zone. */
  readonly time: string;
  readonly message: string;
}

/**
 * Reads `[correlation, category, time, message, detail, progress]`; undefined for what is not that.
 * Source: the raw task log among the test files of OctopusDeploy/SeqFlatFileImport.
 */
export function readEntry(line: string): Entry | undefined {
  const values = parsed(line);
  if (!Array.isArray(values) || values.length !== 6) return undefined;
  const [correlation, category, time, message, detail, progress] = values as unknown[];
  if (typeof correlation !== 'string' || typeof category !== 'string') return undefined;
  if (typeof time !== 'string' || typeof message !== 'string') return undefined;
  if ((typeof detail !== 'string' && detail !== null) || typeof progress !== 'number') return undefined;
  return { correlation, category, time, message };
}

/** The task that a correlation is of: `ServerTasks-21`; undefined when it names none. */
export function taskIdOf(correlation: string): string | undefined {
  return /^[A-Za-z]{1,40}-\d{1,20}(?=[_/]|$)/.exec(correlation)?.[0];
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
