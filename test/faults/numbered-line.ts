import { formatLine, requestMessage } from '../../src/simulator/log-lines.ts';

const PATH = '/api/drill/';
const DIGITS = 8;
// A document's route has the path without the number.
const NUMBERED = /\/api\/drill\/(\d{8})/;

/** A request line of a server log that carries a number; all such lines have the same length. */
export function numberedLine(at: number, number: number): string {
  const path = PATH + String(number).padStart(DIGITS, '0');
  const request = { method: 'GET', host: 'localhost', path, status: 200, ms: 5, user: 'drill' };
  return formatLine(at, 7, 'INFO', requestMessage(request, 'modern'));
}

/** Bytes of every numbered line, its end included. */
export const LINE_BYTES = Buffer.byteLength(numberedLine(0, 0));

/** The number in a path, a line or a document; undefined when it has none. */
export function numberIn(text: string): number | undefined {
  const [, digits] = NUMBERED.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
