const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * HTTP headers of a text with one `Name: value` a line; empty lines are nothing.
 * @returns undefined when a line is no header
 */
export function parseHeaderLines(text: string): Readonly<Record<string, string>> | undefined {
  const headers: Record<string, string> = {};
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).trim();
    if (!HEADER.test(line.slice(0, Math.max(colon, 0))) || value === '') return undefined;
    headers[line.slice(0, colon)] = value;
  }
  return headers;
}
