import { timingSafeEqual } from 'node:crypto';

/** Who sends a request, by its Authorization header. */
export interface Credentials {
  readonly scheme: 'bearer' | 'basic';
  readonly token: string;
  /** The user name of Basic: a person gives his own. */
  readonly name?: string;
}

/** The credentials of an Authorization header: `Bearer <token>`, or `Basic` with the token as password (RFC 7617). */
export function credentialsOf(header: string | undefined): Credentials | undefined {
  const [, scheme = '', text = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(header ?? '') ?? [];
  if (scheme === '') return undefined;
  if (scheme.toLowerCase() === 'bearer') return { scheme: 'bearer', token: text };
  const [, name = '', token = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(text, 'base64').toString()) ?? [];
  return { scheme: 'basic', token, name };
}

/** Whether what was given is the token; takes as long for every wrong one of its length. */
export function isToken(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
