import { REDACTED } from './shapes.ts';

/**
 * A line of a log, JSON or plain text, without secrets. A line of JSON stays one: where what was taken out reached
 * beyond a string, as behind a quote that is never closed, every string is gone over by itself.
 */
export function redactLine(line: string, redact: (text: string) => string): string {
  const clean = redact(line);
  if (clean === line) return line;
  const whole = parse(line);
  if (whole === undefined || parse(clean) !== undefined) return clean;
  const end = line.endsWith('\n') ? '\n' : '';
  return JSON.stringify(whole.value, (key, value: unknown) => redactValue(key, value, redact)) + end;
}

function redactValue(key: string, value: unknown, redact: (text: string) => string): unknown {
  if (typeof value !== 'string') return value;
  const label = `${key}=x`;
  return redact(label) === label ? redact(value) : REDACTED;
}

function parse(line: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(line) };
  } catch {
    return undefined;
  }
}
