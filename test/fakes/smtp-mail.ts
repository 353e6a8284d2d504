import type { ReceivedMail } from './smtp.ts';

/** Headers and decoded parts of a mail (RFC 5322, RFC 2045), as far as octowatch sends them. */
export function parseMail(lines: readonly string[]): Pick<ReceivedMail, 'headers' | 'parts'> {
  const { headers, body } = split(lines);
  const [, boundary] = /boundary="?([^";]+)"?/i.exec(headers['content-type'] ?? '') ?? [];
  if (boundary === undefined) return { headers, parts: partOf(headers, body) };
  const sections = `\n${body.join('\n')}`.split(`\n--${boundary}`).slice(1, -1);
  const parts = sections.map((section) => {
    const inner = split(section.replace(/^\n/, '').split('\n'));
    return partOf(inner.headers, inner.body);
  });
  return { headers, parts: Object.assign({}, ...parts) };
}

function split(lines: readonly string[]): { headers: Record<string, string>; body: readonly string[] } {
  const end = lines.indexOf('');
  const unfolded = lines
    .slice(0, end)
    .join('\n')
    .replace(/\n[ \t]+/g, ' ')
    .split('\n');
  const headers = unfolded.map((line) => {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    return [name.toLowerCase(), decodeWords(value)] as const;
  });
  return { headers: Object.fromEntries(headers), body: lines.slice(end + 1) };
}

function partOf(headers: Readonly<Record<string, string>>, body: readonly string[]): Record<string, string> {
  const [type = 'text/plain'] = (headers['content-type'] ?? '').split(';');
  return { [type]: decode(headers['content-transfer-encoding'] ?? '7bit', body) };
}

function decode(encoding: string, body: readonly string[]): string {
  if (encoding === 'base64') return Buffer.from(body.join(''), 'base64').toString();
  const text = body.join('\n');
  return encoding === 'quoted-printable' ? unquote(text.replace(/=\n/g, '')) : text;
}

function unquote(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString();
}

/** RFC 2047. */
function decodeWords(value: string): string {
  return value
    .replace(/(\?=)\s+(=\?)/g, '$1$2')
    .replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64').toString()
        : unquote(word.replaceAll('_', ' ')),
    );
}
