import { open } from 'node:fs/promises';
import { Failure, messageOf } from '../model/failure.ts';

const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The text of a regular file. Links are followed: mounted configuration and secrets are links.
 * @throws Failure `not_found`, `too_large` over 16 MiB, or `disk`
 */
export async function readText(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const stats = await file.stat();
    if (!stats.isFile()) throw new Failure('disk', `${path} is no regular file`);
    if (stats.size > MAX_BYTES) throw new Failure('too_large', `${path} is over ${MAX_BYTES} bytes`);
    return await file.readFile('utf8');
  } catch (error) {
    if (error instanceof Failure) throw error;
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Failure(isMissing ? 'not_found' : 'disk', messageOf(error), { cause: error });
  }
}
