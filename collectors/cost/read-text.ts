import { Failure } from '../../src/model/failure.ts';
import type { Disk } from '../../src/model/ports.ts';

const MAX_BYTES = 32 * 2 ** 20;

/** The text of a regular file. @throws Failure `disk`, `not_found`, or `too_large` over 32 MiB */
export async function readText(disk: Disk, path: string): Promise<string> {
  const file = await disk.open(path, 'read');
  try {
    const { size } = await file.stat();
    if (size > MAX_BYTES) throw new Failure('too_large', `${path} is over ${MAX_BYTES} bytes`);
    const bytes = new Uint8Array(size);
    let length = 0;
    while (length < size) {
      const read = await file.read(bytes.subarray(length), length);
      if (read === 0) break;
      length += read;
    }
    return new TextDecoder().decode(bytes.subarray(0, length));
  } finally {
    await file.close();
  }
}
