import type { Disk } from '../../src/model/ports.ts';

const MAX_BYTES = 1024 * 1024;

/** The content of a `ca_file`. @throws Failure `not_found` or `disk` */
export async function readAuthorities(disk: Disk, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const file = await disk.open(path, 'read');
  try {
    const bytes = new Uint8Array(MAX_BYTES);
    const length = await file.read(bytes, 0);
    return new TextDecoder().decode(bytes.subarray(0, length));
  } finally {
    await file.close();
  }
}
