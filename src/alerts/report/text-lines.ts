import { cutText } from '../../model/cut-text.ts';

const WIDTH = 80;
const GAP = 2;
/** What a terminal would obey: names come from whoever posts alerts. */
const CONTROL = /[\p{Cc}\p{Cf}]+/gu;

/** Lines of at most 80 columns; the first begins with `first`, all others with `next`. Words that are longer are cut. */
export function wrap(text: string, first = '', next = ''): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  const room = WIDTH - Math.max(first.length, next.length);
  const words = text.replace(CONTROL, ' ').split(/\s+/);
  for (const word of words.flatMap((each) => pieces(each, room))) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = next;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** Rows in columns, the first to the left and all others to the right; a first cell that is too long is cut. */
export function textTable(given: readonly (readonly string[])[]): string[] {
  const rows = given.map((row) => row.map((cell) => cell.replace(CONTROL, ' ')));
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const others = widths.slice(1).reduce((sum, width) => sum + width + GAP, 0);
  const first = Math.min(widths[0] ?? 0, WIDTH - others);
  return rows.map(([name = '', ...cells]) =>
    [fitted(name, first).padEnd(first), ...cells.map((cell, index) => cell.padStart(widths[index + 1] ?? 0))]
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

function fitted(text: string, width: number): string {
  const cut = cutText(text, width);
  // A single long word has no place to be cut at.
  return cut.length > 1 && cut.length <= width ? cut : `${text.slice(0, Math.max(0, width - 1))}…`;
}

function pieces(word: string, length: number): string[] {
  const cut: string[] = [];
  for (let at = 0; at < word.length; at += length) cut.push(word.slice(at, at + length));
  return cut;
}
