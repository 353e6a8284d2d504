import { z } from 'zod';
import { Failure } from '../model/failure.ts';
import { readJson, sendJson, type AgentOptions } from './call-agent.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { formatTable } from './table.ts';

const segment = z.object({
  id: z.number(),
  bytes: z.number(),
  pendingBytes: z.number(),
  pendingDocuments: z.number(),
  oldestAt: z.number().optional(),
  sources: z.array(z.object({ source: z.string(), documents: z.number() })),
});
const letter = z.object({
  id: z.string(),
  at: z.string(),
  reason: z.string(),
  stream: z.string(),
  documentId: z.string().optional(),
});

type Options = AgentOptions & { readonly output?: string };

/** `octowatch spool ls`: the files of the spool, and what waits in them. */
export async function spoolLs(host: CliHost, options: Options): Promise<ExitCode> {
  const segments = z.array(segment).parse(await readJson(host, '/internal/spool', options));
  return show(host, options, segments, () => spoolLines(segments));
}

/** The table of segments. */
export function spoolLines(segments: readonly z.output<typeof segment>[]): string[] {
  return formatTable(
    ['SEGMENT', 'BYTES', 'PENDING', 'DOCUMENTS', 'OLDEST', 'SOURCES'],
    segments.map(({ id, bytes, pendingBytes, pendingDocuments, oldestAt, sources }) => [
      String(id),
      String(bytes),
      String(pendingBytes),
      String(pendingDocuments),
      oldestAt === undefined ? '-' : new Date(oldestAt).toISOString(),
      sources.map(({ source, documents }) => `${source}=${documents}`).join(' ') || '-',
    ]),
  );
}

/** `octowatch spool dead`: documents the store refused for good, the newest last. */
export async function spoolDead(
  host: CliHost,
  { limit, ...options }: Options & { readonly limit: number },
): Promise<ExitCode> {
  const letters = z
    .array(letter)
    .parse(await readJson(host, `/internal/dead-letters?limit=${limit}`, options));
  return show(host, options, letters, () => deadLines(letters));
}

/** The table of dead letters. */
export function deadLines(letters: readonly z.output<typeof letter>[]): string[] {
  if (letters.length === 0) return ['no dead letters'];
  return formatTable(
    ['ID', 'AT', 'STREAM', 'DOCUMENT', 'REASON'],
    letters.map(({ id, at, stream, documentId = '-', reason }) => [id, at, stream, documentId, reason]),
  );
}

/** `octowatch spool replay`: sends dead letters again. @throws Failure `invalid` when nothing says which */
export async function spoolReplay(
  host: CliHost,
  ids: readonly string[],
  options: AgentOptions & { readonly stream?: string; readonly reason?: string; readonly all?: boolean },
): Promise<ExitCode> {
  const { stream, reason, all } = options;
  if (ids.length === 0 && stream === undefined && reason === undefined && all !== true)
    throw new Failure(
      'invalid',
      'say which: ids as octowatch spool dead shows them, --stream, --reason, or --all',
    );
  const filter = {
    ...(ids.length === 0 ? {} : { ids }),
    ...(stream === undefined ? {} : { stream }),
    ...(reason === undefined ? {} : { reason }),
    ...(all === true ? { all } : {}),
  };
  const answer = await sendJson(host, '/internal/dead-letters/replay', filter, options);
  const { replayed } = z.object({ replayed: z.number() }).parse(answer);
  host.print(replayed === 1 ? '1 document is sent again' : `${replayed} documents are sent again`);
  return replayed > 0 ? EXIT.ok : EXIT.failure;
}

function show(host: CliHost, options: Options, rows: readonly object[], lines: () => string[]): ExitCode {
  if (options.output === 'json') host.print(JSON.stringify(rows, null, 2));
  else for (const line of lines()) host.print(line);
  return EXIT.ok;
}
