import { resolve } from 'node:path';
import type { LineCollector, LineParser, ParseCounts, Target } from '../collect/contract.ts';
import { listedSecrets } from '../config/listed-secrets.ts';
import type { Config } from '../config/schema.ts';
import { rowsOf, type BatchRow } from '../model/batch-rows.ts';
import { ColumnBatch } from '../model/column-batch.ts';
import { Failure } from '../model/failure.ts';
import { createRedactor, type Redactor } from '../redact/redactor.ts';
import { readConfigIfThere } from './config-file.ts';
import { fileLines, type FileLine } from './file-lines.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';

/** Of the refused lines so many are shown, each so long. */
const SHOWN = 10;
const EXCERPT = 100;

export interface CollectFileOptions {
  readonly file: string;
  readonly config?: string;
  readonly tenant?: string;
  readonly output?: string;
}

/**
 * `octowatch collect NAME --once --file FILE`: reads a file as the agent would, writes nothing, prints the rows, the
 * lines that were refused, and how many there were of each. Exit 1 when a line was refused.
 * @throws Failure `invalid` for a collector or tenant that is not there, `not_found` and `disk` for the file
 */
export async function collectFile(
  host: CliHost,
  name: string,
  options: CollectFileOptions,
): Promise<ExitCode> {
  const config = readConfigIfThere(host, options.config);
  const collector = chooseCollector(host.registry.lineCollectors(config.collectors), name);
  const trial = new Trial(
    collector.createParser(targetOf(config, options.tenant), () => true),
    config,
  );
  const textOf = options.output === 'json' ? rowJson : rowLine;
  for await (const line of fileLines(resolve(host.workingDirectory, options.file))) {
    if (host.signal.aborted) break;
    for (const row of trial.read(line)) host.print(textOf(row));
  }
  for (const line of trial.complaints()) host.printError(line);
  if (options.output === 'json') host.printError(trial.summary());
  else host.print(trial.summary());
  return trial.counts.refused > 0 ? EXIT.failure : EXIT.ok;
}

function chooseCollector(collectors: readonly LineCollector[], name: string): LineCollector {
  const chosen = collectors.find((collector) => collector.name === name);
  if (chosen !== undefined) return chosen;
  const names = collectors.map((collector) => collector.name).join(', ');
  throw new Failure('invalid', `no collector of files is called ${name}; there are ${names}`);
}

/** The tenant that is named, with its time zone; without one somebody in UTC. */
function targetOf({ fleet }: Config, tenant: string | undefined): Target {
  if (tenant === undefined) return { tenant: 'unknown', info: {}, files: {}, timeZone: 'UTC' };
  const instance = fleet.instances.find((candidate) => candidate.tenant === tenant);
  if (instance === undefined) throw new Failure('invalid', `no tenant ${tenant} in fleet.instances`);
  return { tenant, info: instance.info, files: {}, timeZone: instance.time_zone };
}

/** Reads lines one at a time, so that it knows which were refused. */
class Trial {
  readonly counts: ParseCounts = { parsed: 0, folded: 0, skipped: 0, refused: 0 };
  readonly #parser: LineParser;
  readonly #redactor: Redactor = createRedactor();
  readonly #batch = new ColumnBatch();
  readonly #refusals: string[] = [];
  #unended: string | undefined;
  #lines = 0;
  #rows = 0;

  constructor(parser: LineParser, config: Config) {
    this.#parser = parser;
    this.#redactor.configure({ shapes: config.redact.shapes, ...listedSecrets(config) });
  }

  /** The rows of the line, as they would be stored. */
  read(line: FileLine): readonly BatchRow[] {
    const { bytes, offset, kind } = line;
    if (kind === 'unended') {
      this.#unended = `line ${this.#lines + 1} has no end: the agent waits for it`;
      return [];
    }
    this.#lines++;
    if (kind === 'too_long') {
      this.#refuse('is refused: longer than 1 MiB');
      return [];
    }
    const found = this.#parser.parse(bytes, offset, this.#batch);
    for (const outcome of ['parsed', 'folded', 'skipped'] as const) this.counts[outcome] += found[outcome];
    if (found.refused > 0) this.#refuse(`is refused: ${this.#excerpt(bytes)}`);
    this.#redactor.columns(this.#batch);
    const rows = rowsOf(this.#batch);
    this.#rows += rows.length;
    this.#batch.clear();
    return rows;
  }

  /** What became no row and should have, a line for each, up to a bound. */
  complaints(): readonly string[] {
    const more = this.counts.refused - this.#refusals.length;
    return [
      ...this.#refusals,
      ...(more > 0 ? [`… and ${more} more`] : []),
      ...(this.#unended === undefined ? [] : [this.#unended]),
    ];
  }

  summary(): string {
    const { parsed, folded, skipped, refused } = this.counts;
    return `${this.#lines} lines: ${parsed} parsed, ${folded} folded, ${skipped} skipped, ${refused} refused; ${this.#rows} rows`;
  }

  #refuse(why: string): void {
    this.counts.refused++;
    if (this.#refusals.length < SHOWN) this.#refusals.push(`line ${this.#lines} ${why}`);
  }

  #excerpt(bytes: Uint8Array): string {
    const text = this.#redactor.text(Buffer.from(bytes).toString().trimEnd());
    return JSON.stringify(text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text);
  }
}

function rowJson({ time, ...rest }: BatchRow): string {
  return JSON.stringify({ '@timestamp': time, ...rest });
}

/** `2026-11-20T03:12:01.000Z web_request method=GET …`: names and values, those with odd characters in quotes. */
function rowLine({ time, dataset, ...fields }: BatchRow): string {
  const pairs = Object.entries(fields).map(([name, value]) => {
    const text = String(value);
    return `${name}=${/^[^\s"=\p{C}]+$/u.test(text) ? text : JSON.stringify(text)}`;
  });
  return [time, dataset, ...pairs].join(' ');
}
