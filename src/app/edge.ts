import { resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import { Failure } from '../model/failure.ts';
import { openDataDirectory } from '../system/data-directory.ts';
import { systemClock as clock } from '../system/system-clock.ts';
import { systemDisk as disk } from '../system/system-disk.ts';
import { createHttp } from '../system/system-http.ts';
import { reachability } from '../web/access.ts';
import { createEdgeApp } from '../web/edge-app.ts';
import { listen } from '../web/web-server.ts';
import type { Agent, StartOptions } from './agent.ts';
import { countReloads } from './count-reloads.ts';
import { openDataPath, type Part } from './data-path.ts';
import { warnOfFixedSettings } from './fixed-settings.ts';
import { inTime } from './in-time.ts';
import { createOwnMetrics, observeEventLoop } from './own-metrics.ts';
import { redactionOf } from './redaction-of.ts';
import { STOP_MS, type CloseWithin } from './stop-budget.ts';
import { supervise } from './supervise.ts';
import { openTelemetry } from './telemetry.ts';

/** How far back a judge that scrapes an edge may look, ms. */
const WINDOW_MS = 10 * 60_000;

/**
 * Puts an edge together and starts it: it collects, spools and ships, and serves its samples to a judge. No rule, page
 * or heal is even loaded.
 * @throws Failure when the configuration, the data directory or the address cannot be used
 */
export async function startEdge(options: StartOptions): Promise<Agent> {
  await using cleanUps = new AsyncDisposableStack();
  const { log } = options;
  let config: Config = options.loadConfig();
  options.redactor.configure(redactionOf(config));
  const life = new AbortController();
  const { signal } = life;
  const metrics = createOwnMetrics({ version: options.version, role: 'edge' });
  const closeWithin: CloseWithin = (part, close) =>
    cleanUps.defer(inTime({ clock, log }, part, STOP_MS[part], close));

  const data = openDataDirectory(resolve(options.workingDirectory, config.data_dir));
  cleanUps.defer(() => data.close());
  const { http, close: closeHttp } = createHttp();
  closeWithin('http', closeHttp);
  const telemetry = await openTelemetry(config, { clock, log, metrics, version: options.version });
  closeWithin('telemetry', () => telemetry.close());
  const shared = { clock, disk, random: Math.random, http, log, metrics, tracer: telemetry.tracer };
  const path = await openDataPath({
    ...shared,
    redactor: options.redactor,
    directory: data.path,
    workingDirectory: options.workingDirectory,
    config: () => config,
    windows: { defaultMs: WINDOW_MS, byMetric: new Map() },
    signal,
    closeWithin,
  });

  const work: Promise<void>[] = [];
  closeWithin('work', async () => {
    life.abort(new Failure('aborted', 'octowatch stops'));
    await Promise.all([...work, path.ended()]);
  });
  const reload = countReloads(metrics, () => {
    const next = options.loadConfig();
    options.redactor.configure(redactionOf(next));
    warnOfFixedSettings(config, next, log);
    config = next;
    path.reload();
    return Promise.resolve();
  });
  const sources = {
    ownMetrics: metrics.exposition,
    fleetMetrics: () => [...path.head.exposition()].join(''),
    delivery: path.delivery,
    reload,
  };
  const access = { token: data.token, ...reachability(config.web), metrics };
  const web = await listen(createEdgeApp(sources, access), config.web.listen);
  closeWithin('web', () => web.close());

  path.start();
  const parts: Readonly<Record<string, Part>> = {
    ...path.parts,
    'event loop': (until) => observeEventLoop(clock, metrics, until),
  };
  for (const [part, run] of Object.entries(parts)) work.push(supervise(part, run, { ...shared, signal }));
  const running = cleanUps.move();
  return { url: web.url, reload, stop: () => running.disposeAsync() };
}
