import { readRuleTexts } from '../config/rule-files.ts';
import { metricsOf, type MetricInfo } from '../model/dataset.ts';
import { Failure } from '../model/failure.ts';
import { checkRules } from '../ruler/check-rules.ts';
import { parseRuleFile } from '../ruler/parse-rule-file.ts';
import { readConfig } from './config-file.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';

/** `octowatch check [config|rules]`: every finding on a line of its own; exit 3 when there is one. */
export function check(host: CliHost, what: string | undefined, options: { config?: string }): ExitCode {
  if (what !== undefined && what !== 'config' && what !== 'rules') {
    throw new Failure('invalid', `check ${what}: choose config or rules`);
  }
  const config = readConfig(host, options.config);
  if (what !== 'rules')
    host.print(
      `configuration: ${config.fleet.instances.length} instances, ${config.receivers.length} receivers, ok`,
    );
  if (what === 'config') return EXIT.ok;
  const texts = readRuleTexts(config.rules.files, host.workingDirectory, host.programRoot);
  const files = texts.map(({ name, text }) => parseRuleFile(text, name));
  const findings = checkRules(files, { metrics: knownMetrics(host) });
  for (const { message } of findings) host.print(message);
  const rules = files.flatMap(({ groups }) => groups).reduce((sum, group) => sum + group.rules.length, 0);
  host.print(
    `rules: ${rules} in ${files.length} files, ${findings.length === 0 ? 'ok' : `${findings.length} findings`}`,
  );
  return findings.length === 0 ? EXIT.ok : EXIT.lint;
}

function knownMetrics(host: CliHost): Map<string, MetricInfo> {
  return new Map(host.registry.datasets.flatMap(metricsOf).map((metric) => [metric.name, metric]));
}
