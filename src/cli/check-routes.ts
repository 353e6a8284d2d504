import { formatMatcher } from '../alerts/matchers/format-matcher.ts';
import { namedIntervals } from '../alerts/mute/named-intervals.ts';
import { TimeIntervals } from '../alerts/mute/time-intervals.ts';
import { parseMatchers } from '../alerts/parse-matchers.ts';
import { buildRoute, matchRoutes, type Route } from '../alerts/route.ts';
import type { Config } from '../config/schema.ts';
import { isToldTo, severityOf } from '../model/alert.ts';
import { Failure } from '../model/failure.ts';
import type { Labels } from '../model/labels.ts';
import { createMatcher } from '../model/matcher.ts';
import { CONFIG_FILE, readConfig } from './config-file.ts';
import { counted } from './counted.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { countRoutes, drawRoutes } from './route-tree.ts';

export interface CheckRoutesOptions {
  readonly config?: string;
  readonly labels?: string;
  /** ms since the epoch. */
  readonly now: number;
}

/**
 * `octowatch check routes [file]`: the routing tree of an octowatch.yml, or of a whole Alertmanager configuration; with
 * labels, who is told of an alert that has them, and what mutes it now.
 * @throws Failure `invalid` with line, column and a caret
 */
export function checkRoutes(host: CliHost, files: readonly string[], options: CheckRoutesOptions): ExitCode {
  const [file = options.config ?? CONFIG_FILE, ...others] = files;
  if (others.length > 0) throw new Failure('invalid', 'check routes takes one file');
  const config = readConfig(host, file, (text) => host.printError(text));
  if (config.route === undefined)
    throw new Failure('invalid', `${file} has no route: alerts are shown on the page and reach nobody`);
  const root = buildRoute(config.route);
  const labels = options.labels === undefined ? undefined : labelsOf(options.labels);
  const lines = labels === undefined ? drawTree(root, config) : tellRoutes(root, config, labels, options.now);
  for (const line of lines) host.print(line);
  return EXIT.ok;
}

function drawTree(root: Route, config: Config): string[] {
  const kinds = (name: string): string => kindsOf(config, name) || 'tells nobody';
  const routes = counted(countRoutes(root), 'route');
  return [...drawRoutes(root, kinds), `${routes}, ${counted(config.receivers.length, 'receiver')}, ok`];
}

/** `pagerduty, slack ×2`: by what a receiver is told of alerts with these labels, or of any. */
function kindsOf(config: Config, name: string, labels?: Labels): string {
  const receiver = config.receivers.find((each) => each.name === name);
  return Object.entries(receiver ?? {})
    .flatMap(([key, value]) => {
      const kind = key.replace(/_configs$/, '');
      const configs: readonly object[] = Array.isArray(value) ? value : [];
      const told = configs.filter((each) => labels === undefined || isToldTo(wakes(kind, each), labels));
      return told.length === 0 ? [] : [`${kind}${told.length === 1 ? '' : ` ×${told.length}`}`];
    })
    .join(', ');
}

function wakes(kind: string, config: object): boolean {
  return kind === 'pagerduty' || ('wakes' in config && config.wakes === true);
}

function tellRoutes(root: Route, config: Config, labels: Labels, now: number): string[] {
  const intervals = new TimeIntervals(namedIntervals(config));
  const alert = Object.entries(labels).map(([name, value]) => formatMatcher(createMatcher(name, '=', value)));
  const routes = matchRoutes(root, labels).map((route) => {
    const { receiver, path } = route;
    const kinds = kindsOf(config, receiver, labels) || nobody(config, receiver, labels);
    const mutes = intervals.mutesOf(route, now).map(({ reason }) => reason);
    return `  → ${receiver} (${kinds}) by ${path}${mutes.length === 0 ? '' : `; muted now: ${mutes.join(', ')}`}`;
  });
  return [`{${alert.join(', ')}}`, ...routes];
}

/** Why a receiver is told nothing. */
function nobody(config: Config, receiver: string, labels: Labels): string {
  const kinds = kindsOf(config, receiver);
  return kinds === '' ? 'tells nobody' : `nobody: ${kinds} is not told of severity ${severityOf(labels)}`;
}

/** The labels of `tenant=acme,severity=page`. @throws Failure `invalid` */
function labelsOf(text: string): Labels {
  const matchers = parseMatchers(text);
  const other = matchers.find(({ operator }) => operator !== '=');
  if (other !== undefined)
    throw new Failure('invalid', `--labels ${text}: an alert has labels: write ${other.name}=value`);
  return Object.fromEntries(matchers.map(({ name, value }) => [name, value]));
}
