import { Failure } from '../../src/model/failure.ts';
import type { Disk } from '../../src/model/ports.ts';

/** More than any file of /proc that is read here has; what is longer is none of them. */
const MAX_BYTES = 4 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** What a kernel says of pressure that it was told not to count (`psi=0`). */
const UNSUPPORTED = new Set(['EOPNOTSUPP', 'ENOTSUP']);

/** The files of one machine or container, read for one poll. Paths are below the root and begin without a slash. */
export interface HostFiles {
  readonly disk: Disk;
  readonly root: string;
  readonly signal: AbortSignal;
  /** The text of a file; undefined where there is none, as kernels differ in what they tell. */
  text(path: string): Promise<string | undefined>;
  /** @throws Failure `not_found` naming the file */
  need(path: string): Promise<string>;
  has(path: string): Promise<boolean>;
}

/** Reads files below `root` until the signal: a file of a kernel may take as long as it likes. */
export function openHostFiles(disk: Disk, root: string, signal: AbortSignal): HostFiles {
  const base = root.replace(/\/+$/, '');

  async function text(path: string): Promise<string | undefined> {
    try {
      return await untilStopped(readAll(disk, `${base}/${path}`), signal);
    } catch (error) {
      if (error instanceof Failure && (error.reason === 'not_found' || isUnsupported(error)))
        return undefined;
      throw error;
    }
  }

  return {
    disk,
    root: base,
    signal,
    text,
    async need(path) {
      const found = await text(path);
      if (found !== undefined) return found;
      throw new Failure('not_found', `${base}/${path} is not there: check collectors.host.root and scope`);
    },
    has: async (path) => (await untilStopped(disk.stat(`${base}/${path}`), signal)) !== undefined,
  };
}

/** What the work resolves to, or a rejection with the signal, whichever is first; the work itself goes on. */
export async function untilStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new Failure('aborted', 'stopped reading', { cause: signal.reason }));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Files of /proc have no size: they are read until they end. */
async function readAll(disk: Disk, path: string): Promise<string> {
  const file = await disk.open(path, 'read');
  try {
    const chunks: Uint8Array[] = [];
    for (let length = 0; ;) {
      const chunk = new Uint8Array(CHUNK_BYTES);
      const count = await file.read(chunk, length);
      if (count === 0) return Buffer.concat(chunks).toString();
      chunks.push(chunk.subarray(0, count));
      length += count;
      if (length > MAX_BYTES) throw new Failure('too_large', `${path} has more than ${MAX_BYTES} bytes`);
    }
  } finally {
    await file.close();
  }
}

function isUnsupported({ cause }: Failure): boolean {
  return cause instanceof Error && 'code' in cause && UNSUPPORTED.has(String(cause.code));
}
