import fc from 'fast-check';

const NEWLINE = 0x0a;

/** The lines of a text, each without its newline. */
export function linesOf(bytes: Uint8Array): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    lines.push(Buffer.from(bytes.subarray(start, end)));
    start = end + 1;
  }
  return lines;
}

/** The lines as a file holds them, each ended. */
export function joined(lines: readonly Uint8Array[], ending = '\n'): Buffer {
  return Buffer.concat(lines.flatMap((line) => [line, Buffer.from(ending)]));
}

/** Logs made of real lines, whole, cut, or with other bytes in them, and of bytes that nobody wrote. */
export function anyLog(lines: readonly Uint8Array[]): fc.Arbitrary<Buffer[]> {
  const wounded = fc
    .tuple(fc.constantFrom(...lines), fc.nat(300), fc.uint8Array({ maxLength: 6 }), fc.boolean())
    .map(([line, at, noise, isCut]) =>
      Buffer.concat([line.subarray(0, at), noise, isCut ? Buffer.alloc(0) : line.subarray(at + 1)]),
    );
  const bytes = fc.uint8Array({ maxLength: 200 }).map((noise) => Buffer.from(noise));
  const whole = fc.constantFrom(...lines).map((line) => Buffer.from(line));
  const line = fc.oneof(
    { weight: 3, arbitrary: whole },
    { weight: 3, arbitrary: wounded },
    { weight: 1, arbitrary: bytes },
  );
  return fc.array(
    line.map((text) => Buffer.from(text.filter((byte) => byte !== NEWLINE))),
    { maxLength: 30 },
  );
}
