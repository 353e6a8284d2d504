const NAMES: Readonly<Record<string, string>> = {
  pagerduty: 'PagerDuty',
  slack: 'Slack',
  email: 'e-mail',
  alertmanager: 'Alertmanager',
};

/** A kind of receiver as people write it. */
export function kindName(kind: string): string {
  return NAMES[kind] ?? kind;
}
