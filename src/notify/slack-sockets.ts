import type { OnCallActions } from '../model/on-call.ts';
import type { Clock, Http, Log, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { withHttpConfig } from './http-config.ts';
import { slackWay, type SlackOptions } from './slack-options.ts';
import { SlackPresses, type SlackEar } from './slack-presses.ts';
import { runSlackSocket } from './slack-socket.ts';

export interface SlackSocketsOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  readonly actions: OnCallActions;
  /** The Slack receivers as the configuration has them now. */
  readonly receivers: () => readonly SlackOptions[];
}

/** Hears presses of buttons for all Slack receivers: one connection for each app. */
export interface SlackSockets {
  /** Opens and closes connections as the receivers have changed. */
  reload(): void;
  /** Until the signal; then the connections are closed. */
  run(signal: AbortSignal): Promise<void>;
}

interface App {
  readonly appToken: string;
  readonly apiUrl: string | undefined;
  readonly ears: readonly SlackEar[];
}

export function createSlackSockets(options: SlackSocketsOptions): SlackSockets {
  const open = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();
  const ending = new Set<Promise<void>>();
  let apps = appsOf(options);
  let running: AbortSignal | undefined;

  function reload(): void {
    apps = appsOf(options);
    if (running === undefined || running.aborted) return;
    for (const [key, { stop, ended }] of open) {
      if (apps.has(key)) continue;
      stop.abort();
      open.delete(key);
      ending.add(ended);
      void ended.finally(() => ending.delete(ended));
    }
    for (const [key, app] of apps) if (!open.has(key)) open.set(key, begin(key, app, running));
  }

  function begin(
    key: string,
    { appToken, apiUrl }: App,
    until: AbortSignal,
  ): { stop: AbortController; ended: Promise<void> } {
    const stop = new AbortController();
    const signal = AbortSignal.any([until, stop.signal]);
    const presses = new SlackPresses({ ...options, ears: () => apps.get(key)?.ears ?? [], signal });
    const onInteraction = (payload: unknown): void => presses.take(payload);
    const ended = runSlackSocket({ ...options, appToken, apiUrl, onInteraction }, signal).then(() =>
      presses.idle(),
    );
    return { stop, ended };
  }

  return {
    reload,
    async run(signal) {
      running = signal;
      reload();
      const stopped = new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
      await stopped;
      await Promise.all([...ending, ...[...open.values()].map(({ ended }) => ended)]);
      open.clear();
    },
  };
}

/** The bots that hear, by their app. */
function appsOf({ receivers, http }: SlackSocketsOptions): Map<string, App> {
  const apps = new Map<string, App>();
  for (const receiver of receivers()) {
    const way = slackWay(receiver);
    if (way.kind === 'webhook' || way.appToken === undefined) continue;
    const { appToken, apiUrl } = way;
    const key = `${appToken} ${apiUrl ?? ''}`;
    const ear = { bot: way, http: withHttpConfig(http, receiver.http_config) };
    apps.set(key, { appToken, apiUrl, ears: [...(apps.get(key)?.ears ?? []), ear] });
  }
  return apps;
}
