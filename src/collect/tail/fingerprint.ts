import { createHash } from 'node:crypto';

/** How many bytes of a file's beginning tell it apart. */
export const FINGERPRINT_BYTES = 512;
/** A shorter beginning may be alike in two files (a blank line, half a stamp). */
const MIN_TELLING = 32;

/** The hash of a file's first `length` bytes; a short file's grows with it. */
export type Fingerprint = { readonly length: number; readonly hash: string };

/** The fingerprint of a file that begins with `head`, at most FINGERPRINT_BYTES of it. */
export function fingerprintOf(head: Uint8Array): Fingerprint {
  const bytes = head.subarray(0, FINGERPRINT_BYTES);
  return { length: bytes.length, hash: shortHash(bytes) };
}

/** Whether a file that begins with `head` may be the one of `fingerprint`. */
export function hasFingerprint(head: Uint8Array, { length, hash }: Fingerprint): boolean {
  return head.length >= length && shortHash(head.subarray(0, length)) === hash;
}

/** Whether the beginning of a file is long enough to recognise it. */
export function isTelling({ length }: { readonly length: number }): boolean {
  return length >= MIN_TELLING;
}

/** 66 bits of SHA-256 as 11 base64url characters. */
export function shortHash(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 11);
}
