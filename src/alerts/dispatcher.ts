import type { Alert, AlertSink } from '../model/alert.ts';
import { messageOf } from '../model/failure.ts';
import type { Incident, IncidentView } from '../model/incident.ts';
import type { Acknowledgement, AlertGroupView, AlertView } from '../model/on-call.ts';
import type { HealStatus } from '../model/plan.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { AlertBook, type TrackedAlert } from './alert-book.ts';
import { Episodes, healedBy } from './episodes.ts';
import { Fallback, type FallbackSettings } from './fallback.ts';
import { flushGroup, type FlushContext } from './flush-group.ts';
import { FoldStates, type FoldSettings } from './fold-states.ts';
import { Folding } from './folding.ts';
import type { FoldOutlook } from './folds-of-receiver.ts';
import { addNote, firingAlerts, isOver, type Group } from './group.ts';
import { Groups } from './groups.ts';
import { guardOf } from './guard.ts';
import { isOpen } from './incident-of.ts';
import type { Lane, LaneOptions } from './lane.ts';
import { Lanes, type Receivers } from './lanes.ts';
import type { IncidentLog } from './log/incident-log.ts';
import type { Muter } from './mute/muter.ts';
import { rememberedMutes } from './mute/remembered-mutes.ts';
import type { Silences } from './mute/silences.ts';
import { Nap } from './nap.ts';
import { endOrphans } from './orphans.ts';
import { pageEntry, recordEpisode } from './record-episode.ts';
import type { Route } from './route.ts';
import { settleSilences } from './silence-watch.ts';
import { withStartGrace } from './start-grace.ts';
import { alertView, groupViews, incidentView } from './views.ts';

const AGAIN_MS = 10_000;
/** How often the journal is tidied, and a resolve that was refused for good is tried again. */
const TIDY_MS = 5 * 60_000;
const KEEP_RESOLVED_MS = 7 * 86_400_000;

export interface DispatcherOptions extends LaneOptions {
  readonly route: Route;
  readonly receivers: Receivers;
  readonly healStatus: (alertKey: string) => HealStatus | undefined;
  /** The base of links in messages. */
  readonly externalUrl: () => string;
  readonly muter: Muter;
  readonly silences: Silences;
  readonly incidentLog: IncidentLog;
  readonly fallback: () => FallbackSettings | undefined;
  /** How long after the start alerts that could be inhibited wait for those that inhibit, ms. */
  readonly startGraceMs: number;
  /** When a rule group was evaluated last since the start, ms: a heartbeat tells that it was. */
  readonly evaluatedAt: (ruleGroup: string) => number | undefined;
  /** The label that says whose incident it is. */
  readonly teamLabel: () => string;
  readonly folds: FoldSettings;
  /** Every tenant that is awake, with its info labels; the same map for as long as nothing changes in it. */
  readonly fleet: () => FoldOutlook['fleet'];
}

/** Routes alerts, groups them, and tells receivers what is news to them. Nothing is sent before `run`. */
export interface Dispatcher extends AlertSink {
  /** Sends what a crash left open, and looks at groups when they are due, until the signal. */
  run(): Promise<void>;
  /** The heal of an alert began or ended: its groups are looked at as soon as they are gathered. */
  wake(alertKey: string): void;
  /** Every rule was evaluated once since the start: what is open at a receiver and fires no more is resolved. */
  settled(): void;
  /** Silences were changed: what is not muted any more is told. */
  mutesChanged(): void;
  /** Swaps routes, receivers and what mutes; incidents that lost theirs are resolved with the old credentials. */
  reload(route: Route, receivers: Receivers, muter?: Muter, folds?: FoldSettings): void;
  /** Somebody has taken an incident; undefined when it is not open. */
  acknowledge(incident: string, acknowledgement: Acknowledgement): Incident | undefined;
  /** What receivers believe to be open of an incident; undefined when nothing is. */
  find(incident: string): Incident | undefined;
  /** The alerts of an incident that fire. */
  firingIn(incident: string): readonly Alert[];
  incidents(): IncidentView[];
  /** The alerts that fire. */
  alerts(): AlertView[];
  groups(): AlertGroupView[];
  /** The lanes of open incidents. */
  lanes(): Iterable<Lane>;
  /** Resolves when nothing is under way to a receiver. */
  idle(): Promise<void>;
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { clock, journal, log, metrics, signal, redact } = options;
  const written = guardOf('notifications', options);
  const book = new AlertBook();
  const lanes = new Lanes(options, { accepted, failed });
  const groups = new Groups(clock, lanes);
  let folding = newFolding(options.folds);
  const fallback = new Fallback({ lanes, settings: options.fallback, log, metrics });
  const acknowledgements = new Acknowledgements(journal, written);
  const episodes = new Episodes(options.incidentLog, guardOf('incidents', options));
  const nap = new Nap(clock);
  const graceEndsAt = clock.now() + options.startGraceMs;
  let { route } = options;
  let muter = withStartGrace(options.muter, graceEndsAt, () => isSettled);
  let isSettled = false;
  let tidyAt = 0;
  let silencesAt = Number.POSITIVE_INFINITY;
  lanes.use(options.receivers);

  function update(ruleGroup: string, alerts: readonly Alert[]): void {
    const changed = book.update(ruleGroup, alerts, clock.now());
    for (const { alert } of changed) muter.take(alert);
    for (const tracked of changed) take(tracked);
    if (changed.length > 0) lookAtSilences();
    rouse();
  }

  function take(tracked: TrackedAlert): void {
    groups.take(tracked, route);
    for (const group of groups.of(tracked.alert.key)) folding.touch(group);
  }

  async function run(): Promise<void> {
    lanes.resume();
    for (let last = clock.now(); !signal.aborted;) {
      const now = clock.now();
      if (now < last) setBack(now);
      last = now;
      if (silencesAt <= now) lookAtSilences();
      if (isSettled && folding.next <= now) fold(now);
      for (const group of groups.takeDue(now)) look(group, now);
      if (tidyAt <= now) tidy(now);
      await nap.until(nextAt(), signal);
    }
  }

  function nextAt(): number {
    return Math.min(groups.next, tidyAt, silencesAt, isSettled ? folding.next : Number.POSITIVE_INFINITY);
  }

  function rouse(): void {
    nap.rouse(nextAt());
  }

  /** A clock that was set back must not put anything off for longer than its own interval. */
  function setBack(now: number): void {
    groups.setBack(now);
    tidyAt = now;
  }

  function newFolding(settings: FoldSettings): Folding {
    return new Folding(new FoldStates(settings, journal, log, written), groups);
  }

  /** Finds out what is told together; not before every rule was evaluated, as what does not fire has ended. */
  function fold(now: number): void {
    try {
      const outlook = { ...contextAt(now), fleet: options.fleet() };
      for (const group of folding.look(now, outlook)) groups.hasten(group, now);
    } catch (error) {
      // What cannot be folded is told alone.
      metrics.increment('octowatch_part_failures_total', { part: 'folding' });
      log.error({ error: messageOf(error) }, 'incidents could not be folded');
    }
  }

  function look(group: Group, now: number): void {
    try {
      const context = contextAt(now);
      if (isSettled && folding.isStale(group, context)) fold(now);
      fallback.open(group, now);
      recordEpisode(group, episodes, context, options.teamLabel());
      groups.hasten(group, flushGroup(group, context));
      const fallbackAt = fallback.dueAt(group, now);
      if (fallbackAt > now) groups.hasten(group, fallbackAt);
      if (isOver(group) || group.foldedInto !== undefined) endEpisode(group, now);
      groups.forgetResolved(group);
    } catch (error) {
      // One group that cannot be told must not silence the others.
      groups.hasten(group, now + AGAIN_MS);
      metrics.increment('octowatch_part_failures_total', { part: 'alert group' });
      log.error({ ...group.labels, error: messageOf(error) }, 'a group of alerts could not be told');
    }
  }

  function endEpisode(group: Group, now: number): void {
    const acknowledged = acknowledgements.of(group.key);
    const merged =
      group.foldedInto === undefined ? undefined : `merged into ${redact(group.foldedInto.line)}`;
    episodes.end(group.key, merged ?? healedBy(group, options.healStatus), acknowledged, now);
    acknowledgements.drop(group.key);
  }

  function contextAt(now: number): FlushContext {
    const { healStatus } = options;
    return {
      now,
      externalUrl: options.externalUrl(),
      healStatus,
      redact,
      evaluatedAt: options.evaluatedAt,
      mutesOf: rememberedMutes(muter, now),
      acknowledgementOf: (key) => acknowledgements.of(key),
      around: (key, alerts) => episodes.around(key, alerts, { now, fleet: options.fleet() }),
    };
  }

  function accepted(lane: Lane, incident: Incident, before: Incident | undefined): void {
    const group = groups.find(lane.key);
    const now = clock.now();
    if (group !== undefined && fallback.recovered(group, lane, now)) groups.hasten(group, now);
    if (isOpen(incident) && !isOpen(before) && lane.target.isHeartbeat !== true)
      episodes.addPage(pageEntry(lane, incident, group, options.teamLabel(), now));
    rouse();
  }

  function failed(lane: Lane): void {
    const group = groups.find(lane.key);
    if (group === undefined) return;
    groups.hasten(group, fallback.dueAt(group, clock.now()));
    rouse();
  }

  /** Tells of silences that ended while their alerts still fire, at once. */
  function lookAtSilences(): void {
    const now = clock.now();
    // Until every rule was evaluated, what does not fire may only not be known yet.
    if (!isSettled) return;
    const { silences } = options;
    for (const { alert, note } of guardOf('silences', options)(() => settleSilences(silences, allFiring)) ??
      []) {
      for (const group of groups.of(alert.key)) {
        addNote(group, redact(note));
        groups.hasten(group, now);
      }
    }
    silencesAt = silences.nextChange(now);
  }

  function* allFiring(): Generator<Alert> {
    for (const { alert } of book.firing()) yield alert;
  }

  function tidy(now: number): void {
    tidyAt = now + TIDY_MS;
    const used = lanesInUse();
    lanes.forget(used);
    if (isSettled) conclude(used);
    written(() => journal.expire(now - KEEP_RESOLVED_MS));
  }

  function lanesInUse(): Set<Lane> {
    return new Set([...groups.all()].flatMap((group) => group.lanes));
  }

  function conclude(used: ReadonlySet<Lane>): void {
    endOrphans({ lanes, groups, folding, episodes, acknowledgements }, used, contextAt(clock.now()));
  }

  function wake(alertKey: string): void {
    for (const group of groups.of(alertKey)) groups.hasten(group, clock.now());
    rouse();
  }

  function mutesChanged(): void {
    lookAtSilences();
    for (const group of groups.all()) if (group.isMuted) groups.hasten(group, clock.now());
    rouse();
  }

  function settled(): void {
    isSettled = true;
    for (const group of groups.all()) folding.touch(group);
    fold(clock.now());
    conclude(lanesInUse());
    mutesChanged();
  }

  function reload(nextRoute: Route, receivers: Receivers, nextMuter?: Muter, folds?: FoldSettings): void {
    route = nextRoute;
    if (folds !== undefined) folding = newFolding(folds);
    if (nextMuter !== undefined) {
      muter = withStartGrace(nextMuter, graceEndsAt, () => isSettled);
      for (const { alert } of book.firing()) muter.take(alert);
    }
    lanes.use(receivers);
    lanes.resume();
    groups.clear();
    for (const tracked of book.firing()) take(tracked);
    if (isSettled) fold(clock.now());
    if (isSettled) conclude(lanesInUse());
    rouse();
  }

  function acknowledge(incident: string, acknowledgement: Acknowledgement): Incident | undefined {
    const told = find(incident);
    if (told === undefined) return undefined;
    acknowledgements.set(incident, acknowledgement);
    episodes.acknowledge(incident, acknowledgement);
    const group = groups.find(incident);
    if (group !== undefined) groups.hasten(group, clock.now());
    rouse();
    return told;
  }

  function find(incident: string): Incident | undefined {
    return [...lanes.ofIncident(incident)].map(({ latest }) => latest).find(isOpen);
  }

  return {
    update,
    run,
    wake,
    settled,
    mutesChanged,
    reload,
    acknowledge,
    find,
    firingIn: (incident) =>
      [groups.find(incident)].flatMap((group) => (group === undefined ? [] : firingAlerts(group))),
    incidents: () => [...lanes.all()].flatMap(incidentView),
    alerts: () =>
      [...allFiring()].map((alert) => alertView(alert, groups.of(alert.key), contextAt(clock.now()))),
    groups: () => groupViews(groups, contextAt(clock.now())),
    lanes: () => lanes.all(),
    idle: async () => void (await Promise.all([...lanes.all()].map((lane) => lane.idle()))),
  };
}
