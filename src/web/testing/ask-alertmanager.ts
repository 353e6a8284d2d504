import type { TestContext } from 'node:test';
import type { Alert } from '../../model/alert.ts';
import type { AlertView } from '../../model/on-call.ts';
import type { AlertmanagerSources } from '../alertmanager/sources.ts';
import { alertmanagerSources, firingAlert, serveWeb, TOKEN } from './web-fixture.ts';

/** What `/api/v2` answered; `body` is the JSON, or undefined of an empty answer. */
export interface AlertmanagerAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks `/api/v2/<path>` of a server, with the token unless told otherwise. */
export type AskAlertmanager = (path: string, init?: RequestInit) => Promise<AlertmanagerAnswer>;

/** Serves these sources until the test ends. */
export async function serveAlertmanager(
  t: TestContext,
  changes: Partial<AlertmanagerSources> = {},
): Promise<AskAlertmanager> {
  const url = await serveWeb(t, { alertmanager: alertmanagerSources(changes) });
  return async (path, init) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const response = await fetch(`${url}/api/v2/${path}`, { headers, ...init });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
}

/** A POST of this as JSON; a text is sent as it is. */
export function posted(body: unknown): RequestInit {
  return { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** An alert that fires and is told to `on-call`, with what a test changes. */
export function alertView(alert: Partial<Alert> = {}, changes: Partial<AlertView> = {}): AlertView {
  return {
    alert: firingAlert(alert),
    receivers: ['on-call'],
    incidents: ['1'.repeat(32)],
    mutes: [],
    isProcessed: true,
    ...changes,
  };
}
