const RULES: readonly (readonly [RegExp, string])[] = [
  [/\bAPI-[A-Za-z0-9]{4,}/g, 'API-***'],
  [/\b(bearer|basic)\s+[\w\-.~+/=]+/gi, '$1 ***'],
  [
    /\b(password|pwd|secret|client_?secret|access_?token|token|api[-_]?key|account_?key|shared_?access_?key)(["']?\s*[=:]\s*)("[^"]*"?|'[^']*'?|[^\s;,&"']+)/gi,
    '$1$2***',
  ],
  [/(:\/\/[^\s:/@]*:)[^\s@/]+@/g, '$1***@'],
];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** `text` without API keys, bearer tokens, and passwords of connection strings and URLs. */
export function redact(text: string): string {
  return RULES.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

/** `text` cut to `maxBytes` of UTF-8, never within a character; what was cut ends in `…`. */
export function cut(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text;
  const bytes = encoder.encode(text);
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes - 3;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return `${decoder.decode(bytes.subarray(0, end))}…`;
}
