import { z } from 'zod';
import { parseMatcher } from '../alerts/parse-matchers.ts';
import { Failure } from '../model/failure.ts';
import { callAgent, jsonOf, refusal, type AgentAnswer, type AgentOptions } from './call-agent.ts';
import type { CliHost } from './host.ts';

const time = z.string().transform((text) => Date.parse(text));
const texts = z.record(z.string(), z.string());

const alert = z.object({
  labels: texts,
  annotations: texts,
  startsAt: time,
  receivers: z.array(z.object({ name: z.string() })),
  status: z.object({
    state: z.string(),
    silencedBy: z.array(z.string()),
    inhibitedBy: z.array(z.string()),
    mutedBy: z.array(z.string()),
  }),
  octowatch: z.object({
    incidents: z.array(z.string()),
    mutes: z.array(z.object({ kind: z.string(), reason: z.string(), until: z.string().optional() })),
    heldUntil: time.optional(),
    foldedInto: z.string().optional(),
  }),
});

const silence = z.object({
  id: z.string(),
  status: z.object({ state: z.enum(['active', 'pending', 'expired']) }),
  matchers: z.array(
    z.object({ name: z.string(), value: z.string(), isRegex: z.boolean(), isEqual: z.boolean() }),
  ),
  startsAt: time,
  endsAt: time,
  createdBy: z.string(),
  comment: z.string(),
  annotations: texts,
});

/** An alert that fires, as the running agent shows it; times in ms. */
export type ShownAlert = z.output<typeof alert>;
export type ShownSilence = z.output<typeof silence>;

/** What was read, and as what it was sent. */
export interface Listed<Item> {
  readonly item: Item;
  readonly json: unknown;
}

/** The alerts that fire and match all of `filters`. @throws Failure */
export function readAlerts(
  host: CliHost,
  filters: readonly string[],
  options: AgentOptions,
): Promise<Listed<ShownAlert>[]> {
  return readList(host, 'alerts', filters, alert, options);
}

/** The silences that have all of these matchers. @throws Failure */
export function readSilences(
  host: CliHost,
  filters: readonly string[],
  options: AgentOptions,
): Promise<Listed<ShownSilence>[]> {
  return readList(host, 'silences', filters, silence, options);
}

async function readList<Item>(
  host: CliHost,
  path: string,
  filters: readonly string[],
  form: z.ZodType<Item>,
  options: AgentOptions,
): Promise<Listed<Item>[]> {
  const search = new URLSearchParams(matcherTexts(filters).map((text) => ['filter', text]));
  const answer = await callAgent(host, `/api/v2/${path}?${search.toString()}`, options);
  if (answer.status !== 200) throw failureOf(answer);
  const list = z.array(z.unknown()).parse(jsonOf(answer));
  return list.map((json) => ({ item: form.parse(json), json }));
}

/** What is wrong in the agent's words, which of this API are a JSON text. */
export function failureOf(answer: AgentAnswer): Failure {
  if (!answer.text.startsWith('"')) return refusal(answer);
  const message = z.string().safeParse(jsonOf(answer));
  return message.success ? new Failure('invalid', message.data) : refusal(answer);
}

/**
 * Matchers as they are typed; a first one without an operator is the name of an alert, as amtool has it.
 * @throws MatcherError
 */
export function matcherTexts(typed: readonly string[]): string[] {
  return typed.map((text, index) => {
    const named =
      index === 0 && text !== '' && !/[=~{}]/.test(text) ? `alertname=${JSON.stringify(text)}` : text;
    parseMatcher(named);
    return named;
  });
}

/** Who does it: as named, else as this machine knows the person. @throws Failure `invalid` */
export function authorOf(host: CliHost, author: string | undefined): string {
  const name = author ?? host.env['USER'] ?? host.env['LOGNAME'] ?? '';
  if (name.trim() !== '') return name;
  throw new Failure('invalid', 'say who you are: --author NAME');
}
