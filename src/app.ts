import { resolve } from 'node:path';
import { datasets } from '../collectors/index.ts';
import { INCIDENT_LOG_KEEPS_MS, SqliteIncidentLog } from './alerts/log/sqlite-incident-log.ts';
import type { Agent, StartOptions } from './app/agent.ts';
import { createAlertHistory } from './app/alert-history.ts';
import { every, once } from './app/chores.ts';
import { countReloads } from './app/count-reloads.ts';
import { openDataPath, type Part } from './app/data-path.ts';
import { warnOfFixedSettings } from './app/fixed-settings.ts';
import { healSettings } from './app/heal-settings.ts';
import { inTime } from './app/in-time.ts';
import { createOnCall } from './app/on-call.ts';
import { createOwnMetrics, observeEventLoop } from './app/own-metrics.ts';
import { lastEvaluation, notReady } from './app/readiness.ts';
import { recordOwnMetrics } from './app/record-own-metrics.ts';
import { redactionOf } from './app/redaction-of.ts';
import { createReports } from './app/reports.ts';
import { loadRules, reloadRules } from './app/rules.ts';
import { STOP_MS, type CloseWithin } from './app/stop-budget.ts';
import { createStormFleet } from './app/storm-fleet.ts';
import { supervise } from './app/supervise.ts';
import { openTelemetry } from './app/telemetry.ts';
import { HealJournal } from './heal/heal-journal.ts';
import { createHealer } from './heal/healer.ts';
import { createTaskCancel } from './heal/octopus-task-cancel.ts';
import { redactedRemedy } from './heal/redacted-remedy.ts';
import { Failure } from './model/failure.ts';
import { createPaces } from './notify/paces.ts';
import { createSlackSockets } from './notify/slack-sockets.ts';
import { createRuler } from './ruler/ruler.ts';
import { createSqliteAlertState } from './ruler/sqlite-alert-state.ts';
import { windowsOf } from './ruler/windows.ts';
import { createSignUpGate } from './sign-up-gate/sign-up-gate.ts';
import { HEAD_KEEPS_MS } from './store/chunks/chunks.ts';
import { openDataDirectory } from './system/data-directory.ts';
import { systemClock as clock } from './system/system-clock.ts';
import { systemDisk as disk } from './system/system-disk.ts';
import { createHttp } from './system/system-http.ts';
import { reachability } from './web/access.ts';
import { createWebApp } from './web/web-app.ts';
import { listen } from './web/web-server.ts';

const random = Math.random;
const HOUR_MS = 3_600_000;

/**
 * Puts an agent together and starts it: what is made later uses what was made before, and is cleaned up first.
 * @throws Failure when the configuration, the data directory or the address cannot be used
 */
export async function startAgent(options: StartOptions): Promise<Agent> {
  await using cleanUps = new AsyncDisposableStack();
  const { log } = options;
  let config = options.loadConfig();
  options.redactor.configure(redactionOf(config));
  const redact = (text: string): string => options.redactor.text(text);
  const life = new AbortController();
  const { signal } = life;
  const metrics = createOwnMetrics({ version: options.version, role: 'standalone' });
  const ruleSource = { ...options, datasets, metrics };
  const rules = loadRules(config, ruleSource);
  const startedAt = clock.now();
  let wasReady = false;
  const closeWithin: CloseWithin = (part, close) =>
    cleanUps.defer(inTime({ clock, log }, part, STOP_MS[part], close));

  const data = openDataDirectory(resolve(options.workingDirectory, config.data_dir));
  cleanUps.defer(() => data.close());
  if (data.damagedJournal !== undefined)
    log.error({ file: data.damagedJournal }, 'the journal was damaged: nothing heals until the next start');
  const { http, close: closeHttp } = createHttp();
  closeWithin('http', closeHttp);

  const telemetry = await openTelemetry(config, { clock, log, metrics, version: options.version });
  closeWithin('telemetry', () => telemetry.close());

  const { tracer } = telemetry;
  const shared = { clock, disk, random, http, log, metrics, tracer };
  const path = await openDataPath({
    ...shared,
    redactor: options.redactor,
    directory: data.path,
    workingDirectory: options.workingDirectory,
    config: () => config,
    windows: windowsOf(rules.groups),
    actors: (series) => [
      createSignUpGate({ http, series, settings: () => config.collectors.capacity.sign_up_gate }),
    ],
    signal,
    closeWithin,
  });
  const { head, clients, evidence } = path;

  const healJournal = new HealJournal(data.journal);
  const cancel = createTaskCancel({
    clock,
    clientFor: (tenant) => clients.find(tenant),
    minAgeMs: () => config.heal['octopus-task-cancel'].min_age,
  });
  const healer = createHealer({
    ...shared,
    remedies: new Map([[cancel.name, redactedRemedy(cancel, redact)]]),
    settings: () => healSettings(config.heal, data.damagedJournal === undefined),
    journal: healJournal,
    isEvaluated: (group) =>
      ruler.status().some(({ id, lastEvaluation: at }) => id === group && at !== undefined),
    onChange: (alertKey) => dispatcher.wake(alertKey),
    signal,
  });
  const incidents = new SqliteIncidentLog(data.journal, {
    onDamaged: () => metrics.increment('octowatch_journal_failures_total', { journal: 'incidents' }),
  });
  const seriesSources = {
    clock,
    reader: head,
    ...(path.history === undefined ? {} : { history: path.history }),
    headKeepsMs: HEAD_KEEPS_MS,
  };
  const notifying = {
    ...shared,
    paces: createPaces(clock),
    write: options.print,
    history: createAlertHistory(seriesSources),
    offer: (alertKey: string) => healer.offer(alertKey),
  };
  const { dispatcher, ...onCall } = createOnCall({
    ...shared,
    config: () => config,
    notifying,
    healer,
    journal: data.journal,
    incidentLog: incidents,
    redact,
    healStatus: (alertKey) => healer.status(alertKey),
    externalUrl: () => config.web.external_url ?? web.url,
    evaluatedAt: (group) => ruler.status().find(({ id }) => id === group)?.lastEvaluation,
    fleet: createStormFleet(path.instances, head, clock),
    signal,
  });
  const ruler = createRuler({
    ...shared,
    reader: head,
    writers: (name) => head.writer(name),
    evidence,
    redact,
    store: createSqliteAlertState(data.journal),
    externalLabels: config.external_labels,
    externalUrl: () => config.web.external_url ?? web.url,
    holdForMs: config.rules.hold_for,
    defaultIntervalMs: config.rules.interval,
    beforeEvaluation: (now) => head.refresh(now),
    sink: {
      update(group, alerts) {
        healer.update(group, alerts);
        dispatcher.update(group, alerts);
      },
    },
  });

  const slackSockets = createSlackSockets({
    ...shared,
    actions: onCall.actions,
    receivers: () => config.receivers.flatMap(({ slack_configs: configs }) => configs),
  });
  const reports = createReports({
    ...notifying,
    config: () => config,
    incidents,
    heals: (limit) => healJournal.recent(limit),
    journal: data.journal,
    htmlFile: () => config.report.html_file && resolve(options.workingDirectory, config.report.html_file),
    externalUrl: () => config.web.external_url ?? web.url,
    redact,
    signal,
  });

  const work: Promise<void>[] = [];
  closeWithin('work', async () => {
    life.abort(new Failure('aborted', 'octowatch stops'));
    await Promise.all([...work, path.ended(), healer.idle(), dispatcher.idle()]);
  });
  healer.resume();
  ruler.load(rules.groups, rules.isPartial);

  const reload = countReloads(metrics, swapConfiguration);
  const sources = {
    ...seriesSources,
    version: options.version,
    evaluationMs: config.rules.interval,
    ...(options.notice === undefined ? {} : { notice: options.notice }),
    tenants: path.instances,
    alerts: () => ruler.alerts(),
    ruleGroups: () => ruler.status(),
    datasets,
    healStatus: healer.status,
    heals: (limit: number) => healJournal.recent(limit),
    lastEvaluation: () => lastEvaluation(ruler.status()),
    notReady: missing,
    ownMetrics: metrics.exposition,
    fleetMetrics: () => [...head.exposition()].join(''),
    delivery: path.delivery,
    report: reports,
    onCall: { dispatcher, log: incidents, redact },
    alertmanager: {
      ...onCall,
      dispatcher,
      config: () => config,
      externalUrl: () => config.web.external_url ?? web.url,
      startedAt,
    },
    reload,
  };
  const web = await listen(
    createWebApp(sources, { token: data.token, ...reachability(config.web), metrics, log }),
    config.web.listen,
  );
  closeWithin('web', () => web.close());

  path.start();
  const parts: Readonly<Record<string, Part>> = {
    ...path.parts,
    'event loop': (until) => observeEventLoop(clock, metrics, until),
    'own metrics': (until) =>
      recordOwnMetrics(
        {
          clock,
          families: metrics.families,
          record: (samples) => head.record(samples),
          intervalMs: config.rules.interval,
        },
        until,
      ),
    rules: (until) => ruler.run(until),
    ...onCall.parts,
    'slack buttons': (until) => slackSockets.run(until),
    reports: (until) => reports.run(until),
    'incident log': (until) =>
      every(HOUR_MS, clock, until, () => incidents.expire(clock.now() - INCIDENT_LOG_KEEPS_MS)),
    'page budgets': (until) => reports.measure(until),
    readiness: (until) => {
      return once(
        clock,
        until,
        () => missing().length === 0,
        () => dispatcher.settled(),
      );
    },
  };
  for (const [part, run] of Object.entries(parts)) work.push(supervise(part, run, { ...shared, signal }));

  /** What is not ready since the start; a reload begins its rules anew, and is no reason to send nobody here. */
  function missing(): string[] {
    const groups = wasReady ? [] : notReady(ruler.status(), startedAt);
    wasReady = groups.length === 0;
    return groups;
  }

  /** All that can fail comes first, then everything is swapped at once. */
  async function swapConfiguration(): Promise<void> {
    const next = options.loadConfig();
    const nextRules = reloadRules(next, ruleSource);
    const swapOnCall = onCall.prepare(next);
    options.redactor.configure(redactionOf(next));
    head.setWindows(windowsOf(nextRules));
    ruler.load(nextRules);
    warnOfFixedSettings(config, next, log);
    config = next;
    swapOnCall();
    slackSockets.reload();
    reports.reload();
    path.reload();
  }

  const running = cleanUps.move();
  return { url: web.url, reload, stop: () => running.disposeAsync() };
}
