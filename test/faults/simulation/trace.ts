import { crc32 } from 'node:zlib';

/** What happened in a run: two runs of one seed have one hash. */
export class Trace {
  readonly lines: string[] = [];
  #hash = 0;
  #events = 0;
  readonly #keeps: boolean;

  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  get hash(): string {
    return `${this.#hash.toString(16).padStart(8, '0')}-${this.#events}`;
  }

  note(at: number, what: string): void {
    const line = `${at.toFixed(2)} ${what}`;
    this.#hash = crc32(line, this.#hash);
    this.#events++;
    if (this.#keeps) this.lines.push(line);
  }

  /** What the agent logs: for people only. */
  remark(at: number, message: string, fields: object): void {
    if (this.#keeps) this.lines.push(`${at.toFixed(2)}     "${message}" ${JSON.stringify(fields)}`);
  }
}
