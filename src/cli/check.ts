import { buildRoute } from '../alerts/route.ts';
import { readRuleTexts } from '../config/rule-files.ts';
import { Failure, messageOf } from '../model/failure.ts';
import { checkRules } from '../ruler/check-rules.ts';
import { knownMetrics } from '../ruler/known-metrics.ts';
import { parseRuleFile } from '../ruler/parse-rule-file.ts';
import { readConfig } from './config-file.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';

export interface CheckOptions {
  readonly config?: string;
}

/**
 * `octowatch check [config|rules] [files…]`: every finding of the rules on a line of its own; exit 3 when there is one.
 * Rule files that are named are checked without a configuration.
 * @throws Failure `invalid` for a configuration that `run` would refuse
 */
export function check(
  host: CliHost,
  what: string | undefined,
  files: readonly string[],
  options: CheckOptions,
): ExitCode {
  if (files.length > 0) return checkFiles(host, files);
  const config = readConfig(host, options.config);
  if (what !== 'rules') {
    checkRoute(config.route);
    const { instances } = config.fleet;
    host.print(`configuration: ${instances.length} instances, ${config.receivers.length} receivers, ok`);
  }
  return what === 'config' ? EXIT.ok : checkFiles(host, config.rules.files);
}

function checkRoute(route: Parameters<typeof buildRoute>[0] | undefined): void {
  try {
    if (route !== undefined) buildRoute(route);
  } catch (error) {
    throw new Failure('invalid', `route: ${messageOf(error)}`);
  }
}

function checkFiles(host: CliHost, patterns: readonly string[]): ExitCode {
  const texts = readRuleTexts(patterns, host.workingDirectory, host.programRoot);
  const files = texts.map(({ name, text }) => parseRuleFile(text, name));
  const findings = checkRules(files, { metrics: knownMetrics(host.registry.datasets) });
  for (const { message } of findings) host.print(message);
  const rules = files.flatMap(({ groups }) => groups).flatMap((group) => group.rules).length;
  const outcome = findings.length === 0 ? 'ok' : `${findings.length} findings`;
  host.print(`rules: ${rules} in ${files.length} files, ${outcome}`);
  return findings.length === 0 ? EXIT.ok : EXIT.lint;
}
