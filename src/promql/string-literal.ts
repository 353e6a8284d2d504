const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^xuU0-7]))|\\/g;

/** The value of a quoted string with Go's escapes; in backticks nothing is escaped. Undefined for a bad escape. */
export function unquote(text: string): string | undefined {
  const body = text.slice(1, -1);
  if (text.startsWith('`') || !body.includes('\\')) return body;
  let bad = false;
  const value = decodeByteRuns(body).replaceAll(ESCAPE, (...match) => {
    const decoded = decodeEscape(
      match.slice(1, 6).map((part) => (typeof part === 'string' ? part : undefined)),
    );
    bad ||= decoded === undefined;
    return decoded ?? '';
  });
  return bad ? undefined : value;
}

/** A string as a PromQL literal in double quotes. */
export function quote(value: string): string {
  return JSON.stringify(value).replaceAll(/[\u007f\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Bytes of 128 and above, written one by one, are UTF-8. */
function decodeByteRuns(body: string): string {
  return body.replaceAll(/\\\\|(?:\\(?:x[89a-fA-F][0-9a-fA-F]|[23][0-7]{2}))+/g, (run) => {
    if (run === '\\\\') return run;
    const bytes = run
      .split('\\')
      .slice(1)
      .map((code) => (code.startsWith('x') ? Number.parseInt(code.slice(1), 16) : Number.parseInt(code, 8)));
    return new TextDecoder().decode(Uint8Array.from(bytes)).replaceAll('\\', '\\\\');
  });
}

function decodeEscape(parts: readonly (string | undefined)[]): string | undefined {
  const [hex, octal, short, long, simple] = parts;
  if (simple !== undefined) return SIMPLE[simple];
  if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
  const digits = hex ?? short ?? long;
  if (digits === undefined) return undefined;
  const code = Number.parseInt(digits, 16);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code > 0x10_ffff || isSurrogate ? undefined : String.fromCodePoint(code);
}
