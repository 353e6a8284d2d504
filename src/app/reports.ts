import type { DatabaseSync } from 'node:sqlite';
import type { IncidentLog } from '../alerts/log/incident-log.ts';
import { BudgetMeter } from '../alerts/report/budget-meter.ts';
import type { HealEntry } from '../alerts/report/heal-facts.ts';
import { renderHtml } from '../alerts/report/render-html.ts';
import { renderText } from '../alerts/report/render-text.ts';
import { ReportDeliveries } from '../alerts/report/report-deliveries.ts';
import { reportJson } from '../alerts/report/report-json.ts';
import { ReportSender, type ReportTarget } from '../alerts/report/report-sender.ts';
import { parseWeek, weekBefore, weekOf, type Week } from '../alerts/report/week.ts';
import { reportRange, weeklyReport, type ReportSettings } from '../alerts/report/weekly-report.ts';
import type { Config } from '../config/schema.ts';
import { Failure } from '../model/failure.ts';
import type { Message } from '../model/messenger.ts';
import type { Disk } from '../model/ports.ts';
import type { WeeklyReport } from '../model/weekly-report.ts';
import type { NotifyDependencies } from '../notify/dependencies.ts';
import { messengersOf } from '../notify/receiver-messengers.ts';
import { reportBlocks } from '../notify/slack-report.ts';
import type { ReportSources } from '../web/report-api.ts';
import { every } from './chores.ts';
import { createFileMessenger } from './file-messenger.ts';

/** More than can be healed within the budgets of the weeks that are compared. */
const MOST_HEALS = 10_000;
const MEASURE_MS = 5000;

export interface ReportsOptions extends NotifyDependencies {
  readonly config: () => Config;
  readonly incidents: IncidentLog;
  /** The newest heals first. */
  readonly heals: (limit: number) => readonly HealEntry[];
  readonly journal: DatabaseSync;
  readonly disk: Disk;
  /** Where `report.html_file` is written; an absolute path. */
  readonly htmlFile: () => string | undefined;
  readonly externalUrl: () => string;
  readonly redact: (text: string) => string;
  readonly signal: AbortSignal;
}

/** The weekly report: shown to whoever asks, and sent when it is due. */
export interface Reports extends ReportSources {
  run(until: AbortSignal): Promise<void>;
  /** Shows what is left of budgets as metrics. */
  measure(until: AbortSignal): Promise<void>;
  reload(): void;
}

export function createReports(options: ReportsOptions): Reports {
  const { clock, config, incidents, heals, metrics } = options;
  const zone = (): string => config().report.time_zone;
  const sender = new ReportSender({
    ...options,
    deliveries: new ReportDeliveries(options.journal),
    schedule: () => ({ cron: config().report.cron, timeZone: zone() }),
    targets: () => targetsOf(options),
    message: (week) => messageOf(read(parseWeek(week, zone()))),
  });

  const settings = (): ReportSettings => settingsOf(config(), options.externalUrl());
  const meter = new BudgetMeter({ log: incidents, metrics, settings, startedAt: clock.now() });

  /** @throws Failure `invalid` for what is no week, or not yet one */
  function weekNamed(text: string | undefined): Week {
    if (text === undefined) return weekBefore(weekOf(clock.now(), zone()), zone());
    const week = parseWeek(text, zone());
    if (week.from > clock.now()) throw new Failure('invalid', `the week ${text} has not begun`);
    return week;
  }

  function read(week: Week): WeeklyReport {
    const { from, to } = reportRange(week);
    const entries = {
      ...incidents.wakings(from, to),
      heals: heals(MOST_HEALS).filter(({ startedAt }) => startedAt >= from && startedAt < to),
    };
    return weeklyReport(week, entries, settings(), clock.now());
  }

  async function messageOf(report: WeeklyReport): Promise<Message> {
    return {
      id: `octowatch-report-${report.week}`,
      since: report.to,
      subject: report.headline,
      text: renderText(report),
      html: await renderHtml(report, config().on_call.office_hours),
      blocks: reportBlocks(report),
      json: reportJson(report),
    };
  }

  return {
    read: (week) => read(weekNamed(week)),
    html: (report) => renderHtml(report, config().on_call.office_hours),
    async send(text) {
      const week = weekNamed(text);
      if (week.to > clock.now())
        throw new Failure('invalid', `the week ${week.id} is not over: it is sent as a whole`);
      if (targetsOf(options).length === 0)
        throw new Failure('invalid', 'nobody gets the report: name receivers in report.receivers');
      return sender.send(week.id);
    },
    run: (until) => sender.run(until),
    measure: (until) => every(MEASURE_MS, clock, until, () => meter.look(clock.now())),
    reload: () => sender.reload(),
  };
}

/** Every place of the receivers that are named, and the file. */
function targetsOf(options: ReportsOptions): ReportTarget[] {
  const { receivers, report } = options.config();
  const ofReceivers = receivers
    .filter(({ name }) => report.receivers.includes(name))
    .flatMap((receiver) => {
      const counts = new Map<string, number>();
      return messengersOf(receiver, options).map((messenger) => {
        const index = counts.get(messenger.kind) ?? 0;
        counts.set(messenger.kind, index + 1);
        return { receiver: receiver.name, name: `${messenger.kind}/${index}`, messenger };
      });
    });
  const file = options.htmlFile();
  if (file === undefined) return ofReceivers;
  return [
    ...ofReceivers,
    { receiver: 'report.html_file', name: file, messenger: createFileMessenger(options.disk, file) },
  ];
}

function settingsOf({ report, on_call }: Config, externalUrl: string): ReportSettings {
  return {
    timeZone: report.time_zone,
    budget: on_call.budget,
    officeHours: on_call.office_hours,
    flapsWithin: on_call.flapping.within,
    url: report.url ?? externalUrl,
  };
}
