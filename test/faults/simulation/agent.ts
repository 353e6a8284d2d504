import { closeWindows } from '../../../src/app/rollups.ts';
import { createTailer } from '../../../src/collect/tail/tailer.ts';
import type { JsonValue } from '../../../src/model/json.ts';
import type { Batch, Clock, Disk, DocumentStore, Log, Random } from '../../../src/model/ports.ts';
import type { SelfMetrics } from '../../../src/model/self-metrics.ts';
import { openDeadLetters, type DeadLetters } from '../../../src/spool/dead-letters.ts';
import { OpenWindows } from '../../../src/spool/rollups/open-windows.ts';
import { runSender, type SenderOptions } from '../../../src/spool/sender.ts';
import { openSpool, type Spool } from '../../../src/spool/spool.ts';
import { lineCollector } from './line-collector.ts';
import type { Plan } from './plan.ts';
import { LOG_DIRECTORY, MAX_LINE_BYTES } from './simulated-log.ts';

const NAMESPACE = 'test';
export const SPOOL_DIRECTORY = '/data/spool';
export const LETTERS_DIRECTORY = '/data/dead-letters';

/** What a process is made of; planted defects change one of these. */
export interface AgentParts {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  readonly store: DocumentStore;
  /** What the sender sees of the spool. */
  readonly sentFrom: (spool: Spool) => SenderOptions['spool'];
  readonly letters: (letters: DeadLetters) => DeadLetters;
  readonly write: (spool: Spool, batch: Batch) => Promise<void>;
  readonly position: (spool: Spool, source: string) => JsonValue | undefined;
}

/** What a world wants to know of its process. */
export interface AgentEvents {
  onOpen(spool: Spool, rollups: OpenWindows): void;
  /** The spool says that these rows and their position are durable. */
  onTaken(source: string, position: JsonValue, texts: readonly string[]): void;
}

/** One process: the real tailer, spool and sender, as the application puts them together. Ends with the signal. */
export async function runAgent(
  plan: Plan,
  parts: AgentParts,
  events: AgentEvents,
  signal: AbortSignal,
): Promise<void> {
  const deadLetters = parts.letters(await openDeadLetters({ ...parts, directory: LETTERS_DIRECTORY }));
  const emitter = Math.floor(parts.random() * 36 ** 8).toString(36);
  const rollups = new OpenWindows({ namespace: NAMESPACE, emitter, metrics: parts.metrics });
  const spool = await openTheSpool(plan, parts, signal, rollups);
  events.onOpen(spool, rollups);
  const tailer = createTailer({
    ...parts,
    collector: lineCollector,
    target: {
      tenant: 'acme',
      info: {},
      timeZone: 'UTC',
      files: { lines: plan.logs.map(({ name }) => `${LOG_DIRECTORY}/${name}`) },
    },
    writer: {
      write: async (batch) => {
        const texts = textsOf(batch);
        await parts.write(spool, batch);
        events.onTaken(batch.source, batch.position, texts);
      },
    },
    positions: (source) => parts.position(spool, source),
    isSource: () => true,
    readFrom: 'beginning',
    readBytes: plan.readBytes,
    maxLineBytes: MAX_LINE_BYTES,
  });
  await Promise.all([
    tailer.run(signal),
    runSender({ ...parts, spool: parts.sentFrom(spool), deadLetters, signal }),
    closeWindows(spool, parts.clock, parts.log, signal),
  ]);
  await spool.close();
  await deadLetters.close();
}

/** Opens the one spool there may be in the directory. */
export function openTheSpool(
  plan: Plan,
  parts: AgentParts,
  signal: AbortSignal,
  rollups?: OpenWindows,
): Promise<Spool> {
  const options = { ...parts, ...plan.spool, directory: SPOOL_DIRECTORY, namespace: NAMESPACE, signal };
  return openSpool(rollups === undefined ? options : { ...options, rollups });
}

function textsOf({ columns }: Batch): string[] {
  const texts: string[] = [];
  for (const { rows, texts: columnsByName } of columns.tables()) {
    const column = columnsByName.get('text') ?? [];
    for (let row = 0; row < rows; row++) texts.push(columns.symbols.text(column[row] ?? 0));
  }
  return texts;
}
