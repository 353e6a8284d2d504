import type { PollCollector } from '../collect/contract.ts';
import { placeOf } from '../config/fleet.ts';
import { readRuleTexts } from '../config/rule-files.ts';
import { configSchema, type Config } from '../config/schema.ts';
import { metricsOf, type Dataset } from '../model/dataset.ts';
import { Failure } from '../model/failure.ts';
import { NO_SERIES } from '../model/series.ts';
import { checkRules } from '../ruler/check-rules.ts';
import { knownMetrics } from '../ruler/known-metrics.ts';
import { parseRuleFile } from '../ruler/parse-rule-file.ts';
import { withCaret } from '../ruler/problem-frame.ts';
import { readConfig } from './config-file.ts';
import { counted } from './counted.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { describeWindows } from './rule-windows.ts';

export interface CheckOptions {
  readonly config?: string;
}

/** Where the sections about what checks find are. */
const PAGE = 'docs/reference/rule-checks.md';

/**
 * `octowatch check [config|rules] [files…]`: every finding of the rules with its line of the file and carets below what
 * it is about; exit 3 when there is one. Rule files that are named are checked without a configuration.
 * @throws Failure `invalid` for a configuration that `run` would refuse
 */
export async function check(
  host: CliHost,
  what: string | undefined,
  files: readonly string[],
  options: CheckOptions,
): Promise<ExitCode> {
  if (files.length > 0) return checkFiles(host, withoutTests(files));
  const config = readConfig(host, options.config, (text) => host.printError(text));
  if (what !== 'rules') {
    host.print(`configuration: ${fleetIn(config)}, ${config.receivers.length} receivers, ok`);
  }
  return what === 'config' ? EXIT.ok : checkFiles(host, config.rules.files, config);
}

/** What is listed, and where others are looked for. */
function fleetIn({ fleet }: Config): string {
  const { instances, discovery } = fleet;
  const listed = `${instances.length} instances`;
  if (discovery.length === 0) return listed;
  const places = discovery.map((entry) => `${entry.name} (${placeOf(entry)})`);
  return `${listed}, more by discovery ${places.join(', ')}`;
}

/** A shell names the tests of rules too where it is told `*.yml`. @throws Failure when nothing else is named */
function withoutTests(files: readonly string[]): readonly string[] {
  const rules = files.filter((file) => !file.endsWith('.test.yml'));
  if (rules.length > 0) return rules;
  throw new Failure('invalid', `${files.join(' ')}: tests of rules, run them by octowatch test rules`);
}

/** @param configured absent where files are checked alone: then for every collector there is. */
async function checkFiles(
  host: CliHost,
  patterns: readonly string[],
  configured?: Config,
): Promise<ExitCode> {
  const config = configured ?? configSchema.parse({});
  const texts = readRuleTexts(patterns, host.workingDirectory, host.programRoot);
  const files = texts.map(({ name, text }) => parseRuleFile(text, name));
  const { intervals, unread } = await polls(host, config);
  const metrics = knownMetrics(host.registry.datasets, intervals);
  const findings = checkRules(files, {
    metrics,
    scrapes: config.collectors.prometheus.targets.length > 0,
  });
  for (const finding of findings)
    host.print(withCaret(finding, texts.find(({ name }) => name === finding.file)?.text ?? ''));
  const groups = files.flatMap((file) => file.groups);
  const rules = groups.flatMap((group) => group.rules).length;
  const outcome = findings.length === 0 ? 'ok' : `${counted(findings.length, 'finding')} (see ${PAGE})`;
  const nothingOf = new Set(
    (configured === undefined ? [] : unread).flatMap(metricsOf).map(({ name }) => name),
  );
  const intervalOf = (metric: string): number | undefined =>
    nothingOf.has(metric) ? undefined : (metrics.get(metric)?.intervalMs ?? config.rules.interval);
  const windows = rules === 0 ? [] : describeWindows(groups, intervalOf);
  for (const line of windows) host.print(line);
  host.print(`rules: ${rules} in ${counted(files.length, 'file')}, ${outcome}`);
  return findings.length === 0 ? EXIT.ok : EXIT.lint;
}

/** How often datasets are polled, and those that are polled of nothing: their collectors are not configured. */
async function polls(
  host: CliHost,
  config: Config,
): Promise<{ intervals: ReadonlyMap<string, number>; unread: readonly Dataset[] }> {
  const { collectors, targets, intervals, close } = host.connect(config, host.createLog('warn'), NO_SERIES);
  await close();
  const places = new Set(targets.map(({ place }) => place?.kind));
  const isRead = ({ reads }: PollCollector): boolean => reads === undefined || places.has(reads);
  const read = new Set(collectors.filter(isRead).flatMap(({ datasets }) => datasets));
  const unread = collectors.flatMap(({ datasets }) => datasets).filter((dataset) => !read.has(dataset));
  return { intervals, unread };
}
