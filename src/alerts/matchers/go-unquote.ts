const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  '"': 34,
};
const PART =
  /\\(?:x(?<hex>[0-9a-fA-F]{2})|(?<octal>[0-3][0-7]{2})|u(?<short>[0-9a-fA-F]{4})|U(?<long>[0-9a-fA-F]{8})|(?<simple>[abfnrtv\\"]))|(?<plain>[^\\\n]+)/uy;
const UTF8 = new TextEncoder();

/**
 * The value of a text in double quotes by the rules of Go's string literals, of which bytes may be written one by one;
 * undefined for what is none, or no UTF-8.
 */
export function goUnquote(quoted: string): string | undefined {
  const body = quoted.slice(1, -1);
  if (!/[\\\n]/.test(body)) return body;
  const bytes: number[] = [];
  for (let at = 0; at < body.length; at = PART.lastIndex) {
    PART.lastIndex = at;
    const part = bytesOf(PART.exec(body)?.groups ?? {});
    if (part === undefined) return undefined;
    for (const byte of part) bytes.push(byte);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

function bytesOf(part: Readonly<Record<string, string | undefined>>): Iterable<number> | undefined {
  const { plain, simple, hex, octal, short, long } = part;
  if (plain !== undefined) return UTF8.encode(plain);
  if (simple !== undefined) return [SIMPLE[simple] ?? 0];
  if (hex !== undefined) return [Number.parseInt(hex, 16)];
  if (octal !== undefined) return [Number.parseInt(octal, 8)];
  const digits = short ?? long;
  if (digits === undefined) return undefined;
  const code = Number.parseInt(digits, 16);
  const isCharacter = code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? UTF8.encode(String.fromCodePoint(code)) : undefined;
}
