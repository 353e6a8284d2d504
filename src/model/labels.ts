/** The label that holds a metric's name. */
export const METRIC_NAME = '__name__';

/** A label set: names to values. An empty value means the label is absent. */
export type Labels = Readonly<Record<string, string>>;

const LABEL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const METRIC = /^[A-Za-z_:][A-Za-z0-9_:]*$/;

/** The value of a label, empty when it is absent. A name may be one that every object has, such as `constructor`. */
export function labelValue(labels: Labels, name: string): string {
  const value: unknown = labels[name];
  return typeof value === 'string' ? value : '';
}

/** Whether `name` may be a label name without quotes. */
export function isLabelName(name: string): boolean {
  return LABEL_NAME.test(name);
}

/** Whether `name` may be a metric name without quotes. */
export function isMetricName(name: string): boolean {
  return METRIC.test(name);
}

/** A canonical text of a label set, equal exactly when the sets are equal; usable as a map key, not for people. */
export function labelsKey(labels: Labels): string {
  let key = '';
  for (const name of sortedNames(labels)) {
    const value = labels[name];
    // The length keeps a value that holds a separator from posing as another set.
    if (value !== undefined && value !== '') key += `${name}\u0001${value.length}\u0001${value}`;
  }
  return key;
}

/** The names of `labels`, sorted: most sets are made so. */
export function sortedNames(labels: Labels): readonly string[] {
  const names = Object.keys(labels);
  for (let i = 1; i < names.length; i++) if ((names[i] ?? '') < (names[i - 1] ?? '')) return names.toSorted();
  return names;
}

/** `labels` as Prometheus prints them: `octopus_ping_up{tenant="acme"}`. */
export function formatLabels(labels: Labels): string {
  const name = labels[METRIC_NAME] ?? '';
  const rest = Object.keys(labels)
    .filter((key) => key !== METRIC_NAME)
    .toSorted()
    .map((key) => `${isLabelName(key) ? key : JSON.stringify(key)}=${JSON.stringify(labels[key])}`);
  if (rest.length === 0) return name === '' ? '{}' : name;
  return `${name}{${rest.join(', ')}}`;
}

/** `labels` without the named ones. */
export function withoutLabels(labels: Labels, ...names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}

/** The labels that all of `sets` share, with the same value. */
export function commonLabels(sets: readonly Labels[]): Labels {
  const [first, ...others] = sets;
  if (first === undefined) return {};
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((set) => set[name] === value)),
  );
}
