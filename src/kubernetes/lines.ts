import { Failure } from '../model/failure.ts';

/** Objects are at most 3 MB in etcd; JSON may be larger than what is stored. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const NEWLINE = 0x0a;

/** The lines of a stream of bytes, without their ends and without empty ones. @throws Failure `too_large` */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      held.push(chunk.subarray(start, end));
      const line = Buffer.concat(held).toString('utf8');
      held = [];
      length = 0;
      start = end + 1;
      if (line.trim() !== '') yield line;
    }
    if (start < chunk.length) held.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > MAX_LINE_BYTES)
      throw new Failure('too_large', `a line of a watch is over ${MAX_LINE_BYTES} bytes`);
  }
}
