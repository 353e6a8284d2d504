import type { DiskFile } from '../../model/ports.ts';

/** Fills `into` from `position`; fewer bytes than fit mean the end of the file. */
export async function readFully(file: DiskFile, into: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const read = await file.read(into.subarray(done), position + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}
