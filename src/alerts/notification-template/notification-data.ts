import { endOf, generatorOf, quotedReceiver, startOf } from '../../model/alert-shown.ts';
import type { Alert } from '../../model/alert.ts';
import { fingerprintOf } from '../../model/fingerprint.ts';
import type { Incident } from '../../model/incident.ts';
import { GoTime } from '../../template/go-time.ts';
import type { TemplateValue } from '../../template/value.ts';
import { LabelValues } from './label-values.ts';

/** One alert as templates see it: Alertmanager's fields, and the value that ours have. */
export class AlertData {
  readonly Status: string;
  readonly Labels: LabelValues;
  readonly Annotations: LabelValues;
  readonly StartsAt: GoTime;
  /** Go's zero time while it fires. */
  readonly EndsAt: GoTime;
  readonly GeneratorURL: string;
  readonly Fingerprint: string;
  readonly #value: number;

  constructor(alert: Alert, incident: Pick<Incident, 'status' | 'endsAt' | 'externalUrl'>) {
    const end = endOf(alert, incident);
    this.Status = end === undefined ? 'firing' : 'resolved';
    this.Labels = LabelValues.of(alert.labels);
    this.Annotations = LabelValues.of(alert.annotations);
    this.StartsAt = new GoTime(startOf(alert));
    this.EndsAt = end === undefined ? GoTime.ZERO : new GoTime(end);
    this.GeneratorURL = generatorOf(alert, incident.externalUrl);
    this.Fingerprint = fingerprintOf(alert.labels);
    this.#value = alert.value;
  }

  /** Of the rule's expression; ours alone, so it is no part of what is printed. */
  get Value(): number {
    return this.#value;
  }

  /** As Alertmanager's JSON has it. */
  toJSON(): Readonly<Record<string, TemplateValue>> {
    return {
      status: this.Status,
      labels: this.Labels,
      annotations: this.Annotations,
      startsAt: this.StartsAt,
      endsAt: this.EndsAt,
      generatorURL: this.GeneratorURL,
      fingerprint: this.Fingerprint,
    };
  }

  readonly [field: string]: TemplateValue;
}

/** Alerts with the methods of Alertmanager's `Alerts`. */
export class AlertList extends Array<AlertData> {
  Firing(): AlertData[] {
    return Array.from(this).filter(({ Status }) => Status === 'firing');
  }

  Resolved(): AlertData[] {
    return Array.from(this).filter(({ Status }) => Status === 'resolved');
  }
}

/** What a notification template is filled with: Alertmanager's `Data` (prometheus/alertmanager, template/template.go). */
export class NotificationData {
  readonly Receiver: string;
  readonly Status: string;
  readonly Alerts: AlertList;
  readonly NotificationReason: string;
  readonly GroupLabels: LabelValues;
  readonly CommonLabels: LabelValues;
  readonly CommonAnnotations: LabelValues;
  readonly RouteLabels: LabelValues;
  readonly ExternalURL: string;
  readonly #incident: Incident;

  constructor(incident: Incident) {
    this.Receiver = quotedReceiver(incident.receiver);
    this.Status = incident.status === 'resolved' ? 'resolved' : 'firing';
    this.Alerts = new AlertList();
    for (const alert of incident.alerts) this.Alerts.push(new AlertData(alert, incident));
    this.NotificationReason = '';
    this.GroupLabels = LabelValues.of(incident.groupLabels);
    this.CommonLabels = LabelValues.of(incident.commonLabels);
    this.CommonAnnotations = LabelValues.of(incident.commonAnnotations);
    this.RouteLabels = LabelValues.of({});
    this.ExternalURL = incident.externalUrl;
    this.#incident = incident;
  }

  /** The page line; ours alone, as are the others that follow. */
  get Summary(): string {
    return this.#incident.summary;
  }

  /** The first thing to do. */
  get Action(): string {
    return this.#incident.details.action ?? '';
  }

  /** What was tried and how it went, one line each. */
  get Heals(): readonly string[] {
    return this.#incident.heals;
  }

  /** What the reader needs to know besides, one line each. */
  get Notes(): readonly string[] {
    return this.#incident.details.notes;
  }

  /** The page of the incident. */
  get IncidentURL(): string {
    return this.#incident.details.links.incident;
  }

  /** As Alertmanager's JSON has it. */
  toJSON(): Readonly<Record<string, TemplateValue>> {
    return {
      receiver: this.Receiver,
      status: this.Status,
      alerts: this.Alerts,
      notification_reason: this.NotificationReason,
      groupLabels: this.GroupLabels,
      commonLabels: this.CommonLabels,
      commonAnnotations: this.CommonAnnotations,
      routeLabels: this.RouteLabels,
      externalURL: this.ExternalURL,
    };
  }

  readonly [field: string]: TemplateValue;
}
