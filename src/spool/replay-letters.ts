import { toFailure, type Failure } from '../model/failure.ts';
import type { Disk, DiskFile } from '../model/ports.ts';
import { bulkLines, letterInfo, matchesFilter, readLines, type DeadLetterFilter } from './letter-lines.ts';

/** Bytes that are written at once. */
const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = Uint8Array.of(0x0a);

/** Takes bulk lines back; resolves when they are durable. */
export type WriteLines = (lines: Uint8Array) => Promise<void>;

/** How a replay of one file went. */
export interface FileReplay {
  /** Letters that were written again. */
  readonly replayed: number;
  /** Why the rest was left. */
  readonly failure: Failure | undefined;
}

/**
 * Writes the letters of a file that match again, and then leaves them out of it. A crash between leaves them in: sent
 * a second time, the store has them already.
 * @throws Failure `disk` when the file cannot be read or replaced: all letters stay in it
 */
export async function replayFile(
  disk: Disk,
  directory: string,
  name: string,
  filter: DeadLetterFilter,
  write: WriteLines,
): Promise<FileReplay> {
  const path = `${directory}/${name}`;
  const temporary = `${path}.tmp`;
  await disk.remove(temporary);
  const file = await disk.open(temporary, 'append');
  let result: FileReplay;
  try {
    result = await sort(disk, path, filter, write, file);
    await file.sync();
  } finally {
    await file.close();
  }
  if (result.replayed === 0) await disk.remove(temporary);
  else {
    await disk.rename(temporary, path);
    await disk.syncDirectory(directory);
  }
  return result;
}

/** Gives the letters that match to `write`, all others to `rest`. */
async function sort(
  disk: Disk,
  path: string,
  filter: DeadLetterFilter,
  write: WriteLines,
  rest: DiskFile,
): Promise<FileReplay> {
  const kept = new Chunk((lines) => rest.append(lines));
  const again: Buffer[] = [];
  let [againBytes, replayed] = [0, 0];
  let failure: Failure | undefined;
  const flush = async (): Promise<void> => {
    try {
      if (again.length > 0) await write(Buffer.concat(again.map((line) => bulkLines(line))));
      replayed += again.length;
    } catch (error) {
      failure = toFailure(error, 'disk');
      for (const line of again) await kept.add(line);
    }
    again.length = againBytes = 0;
  };
  for await (const line of readLines(disk, path)) {
    const letter = failure === undefined ? letterInfo(line) : undefined;
    if (letter === undefined || !matchesFilter(letter, filter)) await kept.add(line);
    else {
      again.push(line);
      againBytes += line.length;
      if (againBytes >= CHUNK_BYTES) await flush();
    }
  }
  await flush();
  await kept.flush();
  return { replayed, failure };
}

/** Lines on their way to a file, written many at once. */
class Chunk {
  readonly #write: WriteLines;
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  constructor(write: WriteLines) {
    this.#write = write;
  }

  async add(line: Buffer): Promise<void> {
    this.#pieces.push(line, NEWLINE);
    this.#bytes += line.length + 1;
    if (this.#bytes >= CHUNK_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#bytes = 0;
    if (bytes.length > 0) await this.#write(bytes);
  }
}
