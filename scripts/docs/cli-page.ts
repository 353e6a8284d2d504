import type { CliHost } from '../../src/cli/host.ts';
import { EXIT } from '../../src/cli/host.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import { fence, page, table } from './markdown.ts';

/** Commander folds to the terminal's width; a page is the same from every terminal. */
const WIDTH = 80;

const EXIT_CODES: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done, nothing found',
  failure: 'it failed, or a test did',
  usage: 'the command line is wrong; the message says how to write it',
  lint: 'the check found something',
};

/** The reference of the command line: the help of every verb, as the program prints it. */
export async function cliPage(): Promise<string> {
  process.stdout.columns = WIDTH;
  const overview = await helpOf([]);
  return page('Command line', [
    `From a checkout: \`npm run -s octowatch -- VERB\`. Installed or in the image: \`octowatch VERB\`. Results go to stdout,
everything else to stderr, logs as JSON lines. \`healthy\`, \`ready\` and \`query\` talk to a running agent over HTTP: at \`--url\`, else
where the configuration says it listens; the token comes from \`OCTOWATCH_TOKEN\`, else from \`<data_dir>/token\`.`,
    table(
      ['exit code', 'meaning'],
      Object.entries(EXIT_CODES).map(([name, meaning]) => [String(exitCode(name)), meaning]),
    ),
    '## octowatch',
    fence('text', overview),
    ...(await sections([], overview)),
  ]);
}

function exitCode(name: string): number {
  return Object.entries(EXIT).find(([key]) => key === name)?.[1] ?? Number.NaN;
}

async function sections(path: readonly string[], help: string): Promise<string[]> {
  const blocks: string[] = [];
  for (const verb of verbsOf(help)) {
    const own = [...path, verb];
    const text = await helpOf(own);
    const inner = await sections(own, text);
    if (inner.length > 0) blocks.push(...inner);
    else blocks.push(`## octowatch ${own.join(' ')}`, fence('text', text));
  }
  return blocks;
}

/** The verbs that a help text lists. */
function verbsOf(help: string): string[] {
  const [, listed = ''] = /^Commands:\n((?: {2}.*\n?)*)/m.exec(help) ?? [];
  return [...listed.matchAll(/^ {2}([\w-]+)/gm)]
    .map(([, verb = '']) => verb)
    .filter((verb) => verb !== 'help');
}

async function helpOf(verbs: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const code = await runCommandLine(
    printingHost((line) => lines.push(line)),
    [...verbs, '--help'],
  );
  if (code !== EXIT.ok || lines.length === 0) throw new Error(`no help for ${verbs.join(' ')}`);
  return lines.join('\n');
}

/** Help needs no more of the host than this; whatever else is asked for is a mistake. */
function printingHost(print: (line: string) => void): CliHost {
  const refuse = (): never => {
    throw new Error('help must not do anything');
  };
  return {
    env: {},
    version: '',
    nodeVersion: '',
    programRoot: '',
    workingDirectory: '',
    print,
    printError: refuse,
    isTerminal: false,
    createLog: refuse,
    signal: AbortSignal.abort(),
    onHangup: refuse,
    startAgent: refuse,
    registry: { datasets: [], lineCollectors: refuse },
    connect: refuse,
  };
}
