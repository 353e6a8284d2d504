/** What breaks a line, what a phone cannot show, and what a terminal would obey. */
const BREAKS = /[\p{Cc}\p{Cf}\p{Cs}\s]+/gu;

/** A text that others wrote as one line: nothing in it can begin another line, header or row. */
export function oneLine(text: string): string {
  return text.replace(BREAKS, ' ').trim();
}
