import type { Scalar } from 'yaml';

const SPACE = /[ \t\r\n]/;
/** How many characters follow `\` in an escape of a double-quoted text. */
const ESCAPE_DIGITS: Readonly<Record<string, number>> = { x: 3, u: 5, U: 9 };
const ESCAPED_SPACE = /\\(?:[ntr \t]|\r?\n)/y;

/**
 * Where each character of a YAML scalar's value stands in the file, and after the last one where the value ends.
 * Folding and indentation only change white space, so what is not white space is met in the same order in both.
 */
export function scalarOffsets(scalar: Scalar, file: string): Uint32Array {
  const value = typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '');
  const { type } = scalar;
  const [start = 0, end = start] = scalar.range ?? [];
  const offsets = new Uint32Array(value.length + 1);
  let at = contentStart(type, file, start);
  let after = at;
  for (let index = 0; index < value.length; index++) {
    const isBlank = isSpace(value, index);
    if (!isBlank) while (at < end && spaceAt(file, at, type) > 0) at += spaceAt(file, at, type);
    offsets[index] = at;
    at = Math.min(end, at + (isBlank ? spaceAt(file, at, type) : widthAt(file, at, type)));
    if (!isBlank) after = at;
  }
  // What stops at the end points behind the last word, not at the line below.
  for (let index = value.trimEnd().length; index <= value.length; index++) offsets[index] = after;
  return offsets;
}

function contentStart(type: Scalar['type'], file: string, start: number): number {
  if (type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED') return file.indexOf('\n', start) + 1;
  return type === 'PLAIN' ? start : start + 1;
}

/** How many characters of the file white space takes that begins there; 0 when none does. */
function spaceAt(file: string, at: number, type: Scalar['type']): number {
  if (isSpace(file, at)) return 1;
  if (type !== 'QUOTE_DOUBLE') return 0;
  ESCAPED_SPACE.lastIndex = at;
  return ESCAPED_SPACE.exec(file)?.[0].length ?? 0;
}

/** How many characters of the file one character of the value takes that is not white space. */
function widthAt(file: string, at: number, type: Scalar['type']): number {
  if (type === 'QUOTE_SINGLE' && file.startsWith("''", at)) return 2;
  if (type !== 'QUOTE_DOUBLE' || file[at] !== '\\') return 1;
  return 1 + (ESCAPE_DIGITS[file[at + 1] ?? ''] ?? 1);
}

function isSpace(text: string, at: number): boolean {
  return SPACE.test(text[at] ?? '');
}
