import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import { Failure, messageOf, reasonOfStatus } from '../model/failure.ts';
import { CONFIG_FILE, readConfig } from './config-file.ts';
import type { CliHost } from './host.ts';

const TIMEOUT_MS = 10_000;
const DEFAULT_URL = 'http://127.0.0.1:9464';

export interface AgentOptions {
  readonly url?: string;
  readonly config?: string;
  /** How long the agent may take to answer, ms. Default 10 s. */
  readonly timeoutMs?: number;
}

/** What an agent answered. */
export interface AgentAnswer {
  readonly url: string;
  readonly status: number;
  readonly text: string;
}

/**
 * Gets a path from the running agent, or posts JSON to it where there is a body.
 * @throws Failure `network` when none answers, saying what to do
 */
export async function callAgent(
  host: CliHost,
  path: string,
  options: AgentOptions,
  body?: object,
  method: 'GET' | 'POST' | 'DELETE' = body === undefined ? 'GET' : 'POST',
): Promise<AgentAnswer> {
  const { url, token } = locate(host, options);
  try {
    const response = await fetch(url + path, {
      method,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([host.signal, AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)]),
      redirect: 'error',
    });
    return { url, status: response.status, text: await response.text() };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw new Failure(
      'network',
      `no agent answers at ${url}: ${messageOf(cause)} (start it with octowatch run, or give --url)`,
    );
  }
}

/** The JSON of a path of the running agent. @throws Failure */
export async function readJson(host: CliHost, path: string, options: AgentOptions): Promise<unknown> {
  return parse(await callAgent(host, path, options));
}

/** Posts JSON; the JSON of the answer. @throws Failure */
export async function sendJson(
  host: CliHost,
  path: string,
  body: object,
  options: AgentOptions,
): Promise<unknown> {
  return parse(await callAgent(host, path, options, body));
}

function parse(answer: AgentAnswer): unknown {
  if (answer.status !== 200) throw refusal(answer);
  return jsonOf(answer);
}

/** The JSON of an answer, whatever its status. @throws Failure when it is none */
export function jsonOf(answer: AgentAnswer): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    throw refusal(answer);
  }
}

/** An answer that is not what was asked for, as a failure that says what to do. */
export function refusal({ url, status, text }: AgentAnswer): Failure {
  const reason = reasonOfStatus(status) ?? 'malformed';
  const advice =
    status === 401 ? 'set OCTOWATCH_TOKEN to its token, or name its configuration with --config' : text;
  return new Failure(reason, `${url} answered ${status}: ${advice.trim().split('\n', 1)[0] ?? ''}`);
}

/** Where the agent is and its token: as named, else as the configuration says, else by default. */
function locate(host: CliHost, options: AgentOptions): { url: string; token: string | undefined } {
  const config = findConfig(host, options);
  const token = host.env['OCTOWATCH_TOKEN'] ?? (config === undefined ? undefined : readToken(host, config));
  const url = options.url ?? (config === undefined ? DEFAULT_URL : urlOf(config));
  return { url: url.replace(/\/+$/, ''), token };
}

/** The configuration that is named; the one of this folder only where no other agent is meant. */
function findConfig(host: CliHost, { url, config }: AgentOptions): Config | undefined {
  const isHere = url === undefined && existsSync(join(host.workingDirectory, CONFIG_FILE));
  return config !== undefined || isHere ? readConfig(host, config) : undefined;
}

function urlOf({ web }: Config): string {
  if (web.listen.endsWith(':0'))
    throw new Failure('invalid', `web.listen ${web.listen} is any free port: name the agent with --url`);
  return `http://${web.listen.replace(/^(?:0\.0\.0\.0|\[::\]):/, '127.0.0.1:')}`;
}

/** Undefined where it may not be read: on loopback, reading from the agent needs none. */
function readToken(host: CliHost, { data_dir }: Config): string | undefined {
  try {
    return readFileSync(resolve(host.workingDirectory, data_dir, 'token'), 'utf8').trim();
  } catch {
    return undefined;
  }
}
