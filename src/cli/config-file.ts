import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { alertingProblems, type AlertingProblem } from '../alerts/alerting-problems.ts';
import { templateSet } from '../alerts/notification-template/template-set.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Config } from '../config/schema.ts';
import { readTemplateFiles } from '../config/template-files.ts';
import { Failure, messageOf } from '../model/failure.ts';
import type { CliHost } from './host.ts';

/** Where a configuration is looked for when none is named. */
export const CONFIG_FILE = 'octowatch.yml';

type ConfigHost = Pick<CliHost, 'env' | 'workingDirectory'>;

/**
 * Reads the configuration file.
 * @param warn told of what holds, but should be written otherwise
 * @throws Failure `invalid` with positions, or saying how to make a file
 */
export function readConfig(
  host: ConfigHost,
  file: string = CONFIG_FILE,
  warn: (text: string) => void = () => {},
): Config {
  const path = resolve(host.workingDirectory, file);
  if (!existsSync(path)) {
    throw new Failure(
      'invalid',
      `${file} is not there; begin with: octowatch config example > ${CONFIG_FILE}`,
    );
  }
  return parseConfig(host, path, readFileSync(path, 'utf8'), warn);
}

/** The configuration where a file is named or the usual one is there; else what a configuration is by default. */
export function readConfigIfThere(host: ConfigHost, file: string | undefined): Config {
  const path = resolve(host.workingDirectory, CONFIG_FILE);
  return file === undefined && !existsSync(path) ? parseConfig(host, path, '{}') : readConfig(host, file);
}

/**
 * The configuration in a text.
 * @param path of the file it stands in: for positions, and for what is named relative to it
 * @throws Failure `invalid` with positions
 */
export function parseConfig(
  host: ConfigHost,
  path: string,
  text: string,
  warn: (text: string) => void = () => {},
): Config {
  const from = { env: host.env, readFile: (name: string) => readFileSync(name, 'utf8') };
  return loadConfig(path, text, from, { problems: furtherProblems, warn });
}

/** What of alerting does not hold; a file of templates that does not stands at the list that names it. */
function furtherProblems(config: Config): Iterable<AlertingProblem> {
  try {
    return alertingProblems(config, templateSet(readTemplateFiles(config.templates)));
  } catch (error) {
    return [{ path: ['templates'], message: messageOf(error) }];
  }
}
