import { z } from 'zod';
import { readJson, type AgentOptions } from './call-agent.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { formatTable } from './table.ts';

const row = z.object({
  source: z.string(),
  read: z.number(),
  delivered: z.number(),
  deadLettered: z.number(),
  refused: z.number(),
  dropped: z.number(),
  pending: z.number(),
});
type Row = z.output<typeof row>;

const HEADER = ['SOURCE', 'READ', 'DELIVERED', 'DEAD-LETTERED', 'REFUSED', 'DROPPED', 'PENDING', 'MISSING'];

/**
 * `octowatch ledger`: what became of every document that was read, by poll, or by collector of files and tenant. A
 * failure when it does not add up.
 */
export async function ledger(
  host: CliHost,
  options: AgentOptions & { readonly output?: string },
): Promise<ExitCode> {
  const rows = z.array(row).parse(await readJson(host, '/internal/ledger', options));
  if (options.output === 'json') host.print(JSON.stringify(rows, null, 2));
  else for (const line of ledgerLines(rows)) host.print(line);
  return rows.every((one) => missingOf(one) === 0) ? EXIT.ok : EXIT.failure;
}

/** The table, and its sum when it has more than one row. */
export function ledgerLines(rows: readonly Row[]): string[] {
  if (rows.length === 0) return ['nothing was read yet'];
  const all = rows.length > 1 ? [...rows, sumOf(rows)] : rows;
  return formatTable(
    HEADER,
    all.map((one) => [
      one.source,
      ...[
        one.read,
        one.delivered,
        one.deadLettered,
        one.refused,
        one.dropped,
        one.pending,
        missingOf(one),
      ].map(String),
    ]),
  );
}

function missingOf({ read, delivered, deadLettered, refused, dropped, pending }: Row): number {
  return read - delivered - deadLettered - refused - dropped - pending;
}

function sumOf(rows: readonly Row[]): Row {
  const sum = (key: Exclude<keyof Row, 'source'>): number => rows.reduce((total, one) => total + one[key], 0);
  return {
    source: 'all',
    read: sum('read'),
    delivered: sum('delivered'),
    deadLettered: sum('deadLettered'),
    refused: sum('refused'),
    dropped: sum('dropped'),
    pending: sum('pending'),
  };
}
