import { z } from 'zod';
import { callAgent, refusal, sendJson, type AgentOptions } from './call-agent.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { formatTable } from './table.ts';

const PATH = '/api/octowatch/report';
/** Every receiver may take half a minute, all at once. */
const SEND_TIMEOUT_MS = 45_000;

export interface ReportOptions extends AgentOptions {
  /** `2026-W46`; the last week that is over when left out, or true: named without a value. */
  readonly week?: string | true;
  readonly output?: string;
  readonly send?: boolean;
}

const delivery = z.object({
  receiver: z.string(),
  kind: z.string(),
  outcome: z.string(),
  error: z.string().optional(),
});

/** `octowatch report`: what a week was like for those on call; with `--send` it is sent instead. @throws Failure */
export async function report(host: CliHost, options: ReportOptions): Promise<ExitCode> {
  if (options.send === true) return send(host, options);
  const search = new URLSearchParams({ format: options.output ?? 'text', ...weekOf(options) });
  const answer = await callAgent(host, `${PATH}?${search.toString()}`, options);
  if (answer.status !== 200) throw refusal(answer);
  host.print(answer.text.trimEnd());
  return EXIT.ok;
}

function weekOf({ week }: ReportOptions): { week?: string } {
  return typeof week === 'string' ? { week } : {};
}

async function send(host: CliHost, options: ReportOptions): Promise<ExitCode> {
  const answer = await sendJson(host, `${PATH}/send`, weekOf(options), {
    ...options,
    timeoutMs: SEND_TIMEOUT_MS,
  });
  const deliveries = z.array(delivery).parse(answer);
  const rows = deliveries.map(({ receiver, kind, outcome, error = '' }) => [receiver, kind, outcome, error]);
  if (options.output === 'json') host.print(JSON.stringify(deliveries, null, 2));
  else for (const line of formatTable(['RECEIVER', 'KIND', 'OUTCOME', 'ERROR'], rows)) host.print(line);
  return deliveries.some(({ outcome }) => outcome === 'failed') ? EXIT.failure : EXIT.ok;
}
