import type { Profile } from './profile.ts';

export interface FaultPageOptions {
  /** As it was typed. */
  readonly command: string;
  /** Day of the run, `2026-11-21`. */
  readonly date: string;
  readonly seed: string;
  readonly profile: Profile;
  /** The Markdown table. */
  readonly table: string;
  /** `N passed, N failed`, and what was skipped. */
  readonly closing: string;
}

/** The reference page of a whole run. */
export function faultPage({ command, date, seed, profile, table, closing }: FaultPageOptions): string {
  const { linesPerSecond, outage, rotation, kills } = profile;
  return `<!-- Written by \`npm run faults -- --page FILE\` from a run; edit test/faults/fault-page.ts instead. -->

# Faults

What octowatch lost and doubled under faults, beside what Telegraf did. The agent runs as a process of its own and follows a log that
grows by ${linesPerSecond.toLocaleString('en')} numbered lines a second before, during and after the fault; in the end every line is looked for in the store, in all
backing indexes. Each row is one run with ${outage} s outages, rotation every ${rotation} s and ${kills} kills where a row says so.

\`\`\`text
$ ${command}
${date}, seed ${seed}: ${closing}
\`\`\`

${table}

## What the columns mean
- **store**: *fake* is a server of \`test/faults/\` that counts each line over all backing indexes and misbehaves as it is told; *real* is
  Elasticsearch 8.19 behind a proxy that cuts the way to it; *embedded* is the agent's own store.
- **lost**: lines that were written and are neither stored, nor among the dead letters, nor destroyed unread.
- **doubled**: documents beyond the first of a line.
- **destroyed unread**: bytes that the writer truncated away (copytruncate: what was written between the copy and the truncation) and that
  no document has. Nobody can read them afterwards. Those that the agent had seen it counts to the byte in
  \`octowatch_log_bytes_destroyed_total\`; of bytes that came and went between two looks nothing is left to count, which only the suite,
  being the writer, can do.
- **dead letters**: documents that the store refused for good; they must be exactly those that were poisoned.
- **s**: from the start of the row to its verdict, with starting and stopping the agent and the time until rollups are complete.

A row also fails when the agent's own ledger does not agree with the store (\`octowatch_ledger_documents\`, \`octowatch_ledger_imbalance\`),
when the rollups do not add up to the events, when a stop takes more than 15 s, or when the agent did not meet
a fault of disk or clock.

Telegraf 1.40, tuned as a careful user would (\`statefile\`, \`initial_read_offset = "saved-or-beginning"\`), was measured under the same
faults at the same rate; each of its rows is one run too, and destroyed lines are among its
lost ones. Rows without its figures were not measured.
`;
}
