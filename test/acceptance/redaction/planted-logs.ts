import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LISTED, NAMES, SECRETS } from './canaries.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', '..', 'collectors');

/** Writes logs of every kind with secrets wherever a text can stand; returns them by collector. */
export function writePlantedLogs(directory: string): Record<string, string[]> {
  const write = (name: string, text: string): string[] => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return [path];
  };
  return {
    'octopus-server-log': write('OctopusServer.txt', serverLog()),
    'octopus-web-log': write('Web-2026-11-20.log', webLog()),
    'otlp-trace': write('traces.jsonl', traces()),
    'legacy-metrics': write('metrics.json', metrics()),
  };
}

function serverLog(): string {
  const stamp = new Date().toISOString().replace('T', ' ').replace('Z', '0');
  const head = (level: string): string => `${stamp}      1     75  ${level}  `;
  const words = [...NAMES, ...LISTED];
  return [
    ...SECRETS.map((secret) => `${head('ERROR')}It failed: ${secret}`),
    ...SECRETS.map(
      (secret) => `${head('ERROR')}Unhandled exception: x\nSystem.Exception: ${secret}\n   at ${secret}`,
    ),
    ...SECRETS.map((secret) => {
      const description = `Deploy ${secret.replaceAll('"', '')}`;
      return `${head('INFO')}Executing task "${description}" "completed" after 290ms.`;
    }),
    ...words.map((word) => request(head('INFO'), `/api/${word}/x`, 'h', 'u')),
    ...words.map((word) => request(head('INFO'), `/api/x?q=${word}&b=1`, word, word)),
    `${head('ERROR')}${'long '.repeat(814)}${SECRETS.slice(0, 40).join(' ')}`,
    '',
  ].join('\n');
}

function request(head: string, path: string, host: string, user: string): string {
  return `${head}"HTTP" "GET" to "${host}""${path}" "completed" with 200 in 00:00:00.0224869 (22ms) by "${user}"`;
}

function webLog(): string {
  const [date = '', time = ''] = new Date().toISOString().split(/[T.]/);
  const columns = 'date time cs-method cs-uri-stem s-port cs-username c-ip sc-status time-taken';
  const rows = [...NAMES, ...LISTED].map((word) =>
    [date, time, 'GET', `/api/${word}?a=${word}`, '8080', word, '::1', '200', '5'].join('\t'),
  );
  return [`#Software: Octopus Deploy 2018.9.1`, '#Version: 1.0', `#Fields: ${columns}`, ...rows, ''].join(
    '\n',
  );
}

function traces(): string {
  const [line = ''] = readFileSync(join(FIXTURES, 'otlp-trace/fixtures/traces.jsonl'), 'utf8').split('\n');
  const lines = [...NAMES, ...LISTED].map((word) =>
    line
      .replaceAll('build-bot', word)
      .replaceAll('redirect=x', `redirect=${word}`)
      .replaceAll('octopus.acme.example', word)
      .replaceAll('/api/Spaces-1/', `/api/${word}/`),
  );
  return `${lines.join('\n')}\n`;
}

function metrics(): string {
  const timestamp = new Date().toISOString();
  const lines = [...NAMES, ...LISTED].flatMap((word) => [
    { timestamp, method: 'GET', path: `/api/${word}`, status: 200, user: word, host: word, duration: 5 },
    {
      timestamp,
      taskId: `T-${word}`,
      taskName: word,
      description: word,
      state: 'Success',
      space: word,
      project: word,
      node: word,
      duration: 5,
    },
  ]);
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
}
