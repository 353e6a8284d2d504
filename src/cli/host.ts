import type { Connected } from '../collect/connected.ts';
import type { LineCollector } from '../collect/contract.ts';
import type { Config } from '../config/schema.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Log } from '../model/ports.ts';
import type { SeriesReader } from '../model/series.ts';
import type { RuleGroup } from '../ruler/rule.ts';

/** Exit codes of every verb. */
export const EXIT = { ok: 0, failure: 1, usage: 2, lint: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** How an agent is started. */
export interface AgentOptions {
  /** Called at start and at each reload. */
  readonly loadConfig: () => Config;
  readonly log: Log;
  /** Where the console receiver writes its lines. */
  readonly print: (line: string) => void;
  /** The folder that relative paths start from. */
  readonly workingDirectory: string;
  /** The folder the program was installed to: rule packs are below it. */
  readonly programRoot: string;
  readonly version: string;
  /** A sentence the web page shows at the top. */
  readonly notice?: string;
  /** Changes the rules after loading: the demo shortens them. */
  readonly adjustRules?: (groups: readonly RuleGroup[]) => readonly RuleGroup[];
}

/** A running agent. */
export interface Agent {
  readonly url: string;
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** All datasets, and the readers of files. */
export interface Registry {
  readonly datasets: readonly Dataset[];
  lineCollectors(settings: Config['collectors']): readonly LineCollector[];
}

/** What the verbs are given from outside: nothing else touches the process. */
export interface CliHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly nodeVersion: string;
  readonly programRoot: string;
  /** The folder that relative paths start from. */
  readonly workingDirectory: string;
  print(line: string): void;
  printError(line: string): void;
  /** Whether stdout is a terminal. */
  readonly isTerminal: boolean;
  /** Asks the person at the terminal; absent where nobody can answer. */
  readonly confirm?: (question: string) => Promise<boolean>;
  createLog(level: string): Log;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Calls back on SIGHUP. */
  onHangup(listener: () => void): void;
  startAgent(options: AgentOptions): Promise<Agent>;
  readonly registry: Registry;
  /** Every collector that polls, and what there is to poll. `series`: what has been read. */
  readonly connect: (config: Config, log: Log, series: SeriesReader) => Connected;
}
