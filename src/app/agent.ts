import type { Config } from '../config/schema.ts';
import type { Redactor } from '../redact/redactor.ts';
import type { RuleSource } from './rules.ts';

/** How an agent is started. */
export interface StartOptions extends Omit<RuleSource, 'datasets' | 'metrics'> {
  /** Called at start and at each reload. */
  readonly loadConfig: () => Config;
  /** Where the console receiver writes its lines. */
  readonly print: (line: string) => void;
  /** Is made to follow the configuration; the same that goes over the log. */
  readonly redactor: Redactor;
  readonly version: string;
  /** A sentence that the web page shows at its top. */
  readonly notice?: string;
}

/** A running agent. */
export interface Agent {
  readonly url: string;
  /** Swaps to the configuration as it is now. @throws Failure when it is bad: the old one stays */
  reload(): Promise<void>;
  stop(): Promise<void>;
}
