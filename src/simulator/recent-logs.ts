import type { LogLevel } from './log-lines.ts';

/** How many the server keeps. */
const RING = 100;

/** A warning or an error that the process remembers. */
export interface RecentLog {
  readonly number: number;
  readonly at: number;
  readonly level: LogLevel;
  readonly message: string;
}

/** The last warnings and errors of a server process, numbered from 1. */
export class RecentLogs {
  #entries: RecentLog[] = [];
  #number = 0;

  /** Newest first. */
  get entries(): readonly RecentLog[] {
    return this.#entries.toReversed();
  }

  add(at: number, level: LogLevel, message: string): void {
    if (level === 'INFO') return;
    this.#entries.push({ number: ++this.#number, at, level, message });
    if (this.#entries.length > RING) this.#entries.shift();
  }

  /** What a new process knows. */
  clear(): void {
    this.#entries = [];
    this.#number = 0;
  }
}
