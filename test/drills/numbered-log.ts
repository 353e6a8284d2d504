import { appendFileSync, existsSync, globSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatLine, requestMessage } from '../../src/simulator/log-lines.ts';

const EVERY_MS = 20;
const LINES = 10;
const PATH = '/api/drill/';

/** A server log of numbered requests that grows by 500 lines a second and is rotated by renaming. */
export interface NumberedLog extends Disposable {
  readonly file: string;
  /** Archives the log as NLog does it; lines go on in a new one. */
  rotate(): void;
  /** Ends a half-written line and writes no more. */
  finish(): void;
  /** The numbers in all files there are, rising. */
  written(): number[];
}

/** Begins to write `<directory>/OctopusServer.txt`. */
export function startNumberedLog(directory: string): NumberedLog {
  const file = join(directory, 'OctopusServer.txt');
  mkdirSync(dirname(file), { recursive: true });
  let next = 0;
  let rest = '';

  function line(): string {
    const request = {
      method: 'GET',
      host: 'localhost',
      path: PATH + next++,
      status: 200,
      ms: 5,
      user: 'drill',
    };
    return formatLine(Date.now(), 7, 'INFO', requestMessage(request, 'modern'));
  }

  /** Now and then a line is written in two halves. */
  function write(): void {
    let text = rest;
    for (let count = 0; count < LINES; count++) text += line();
    const half = next % 7 === 0 ? text.length - 30 : text.length;
    rest = text.slice(half);
    appendFileSync(file, text.slice(0, half));
  }

  function endLine(): void {
    if (rest !== '') appendFileSync(file, rest);
    rest = '';
  }

  const timer = setInterval(write, EVERY_MS);
  return {
    file,
    rotate() {
      endLine();
      const archive = (number: number): string => join(directory, `OctopusServer.${number}.txt`);
      let last = 0;
      while (existsSync(archive(last))) last++;
      for (; last > 0; last--) renameSync(archive(last - 1), archive(last));
      renameSync(file, archive(0));
    },
    finish() {
      clearInterval(timer);
      endLine();
    },
    written() {
      const files = globSync(join(directory, '*.txt')).map((path) => readFileSync(path, 'utf8'));
      return files
        .flatMap((text) => [...text.matchAll(/\/api\/drill\/(\d+)"/g)].map(([, n]) => Number(n)))
        .toSorted((a, b) => a - b);
    },
    [Symbol.dispose]() {
      clearInterval(timer);
    },
  };
}

/** The number of a request's path; undefined for any other. */
export function numberOf(path: unknown): number | undefined {
  return typeof path === 'string' && path.startsWith(PATH) ? Number(path.slice(PATH.length)) : undefined;
}
