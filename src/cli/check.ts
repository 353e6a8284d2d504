import { buildRoute } from '../alerts/route.ts';
import { placeOf } from '../config/fleet.ts';
import { readRuleTexts } from '../config/rule-files.ts';
import { configSchema, type Config } from '../config/schema.ts';
import { Failure, messageOf } from '../model/failure.ts';
import { NO_SERIES } from '../model/series.ts';
import { checkRules } from '../ruler/check-rules.ts';
import { knownMetrics } from '../ruler/known-metrics.ts';
import { parseRuleFile } from '../ruler/parse-rule-file.ts';
import { withCaret } from '../ruler/problem-frame.ts';
import { readConfig } from './config-file.ts';
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
  const config = readConfig(host, options.config);
  if (what !== 'rules') {
    checkRoute(config.route);
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

function checkRoute(route: Parameters<typeof buildRoute>[0] | undefined): void {
  try {
    if (route !== undefined) buildRoute(route);
  } catch (error) {
    throw new Failure('invalid', `route: ${messageOf(error)}`);
  }
}

async function checkFiles(
  host: CliHost,
  patterns: readonly string[],
  config = configSchema.parse({}),
): Promise<ExitCode> {
  const texts = readRuleTexts(patterns, host.workingDirectory, host.programRoot);
  const files = texts.map(({ name, text }) => parseRuleFile(text, name));
  const intervals = await pollIntervals(host, config);
  const findings = checkRules(files, {
    metrics: knownMetrics(host.registry.datasets, intervals),
    scrapes: config.collectors.prometheus.targets.length > 0,
  });
  for (const finding of findings)
    host.print(withCaret(finding, texts.find(({ name }) => name === finding.file)?.text ?? ''));
  const groups = files.flatMap((file) => file.groups);
  const rules = groups.flatMap((group) => group.rules).length;
  const outcome = findings.length === 0 ? 'ok' : `${counted(findings.length, 'finding')} (see ${PAGE})`;
  const windows = rules === 0 ? [] : describeWindows(groups, Math.min(...intervals.values()));
  for (const line of windows) host.print(line);
  host.print(`rules: ${rules} in ${counted(files.length, 'file')}, ${outcome}`);
  return findings.length === 0 ? EXIT.ok : EXIT.lint;
}

async function pollIntervals(host: CliHost, config: Config): Promise<ReadonlyMap<string, number>> {
  const { intervals, close } = host.connect(config, host.createLog('warn'), NO_SERIES);
  await close();
  return intervals;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
