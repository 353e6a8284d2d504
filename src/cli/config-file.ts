import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadConfig } from '../config/load-config.ts';
import type { Config } from '../config/schema.ts';
import { Failure } from '../model/failure.ts';
import type { CliHost } from './host.ts';

/** Where a configuration is looked for when none is named. */
export const CONFIG_FILE = 'octowatch.yml';

type ConfigHost = Pick<CliHost, 'env' | 'workingDirectory'>;

/** Reads the configuration file. @throws Failure `invalid` with positions, or saying how to make a file */
export function readConfig(host: ConfigHost, file: string = CONFIG_FILE): Config {
  const path = resolve(host.workingDirectory, file);
  if (!existsSync(path)) {
    throw new Failure(
      'invalid',
      `${file} is not there; begin with: octowatch config example > ${CONFIG_FILE}`,
    );
  }
  return load(host, path, readFileSync(path, 'utf8'));
}

/** The configuration where a file is named or the usual one is there; else what a configuration is by default. */
export function readConfigIfThere(host: ConfigHost, file: string | undefined): Config {
  const path = resolve(host.workingDirectory, CONFIG_FILE);
  return file === undefined && !existsSync(path) ? load(host, path, '{}') : readConfig(host, file);
}

function load(host: ConfigHost, path: string, text: string): Config {
  return loadConfig(path, text, {
    env: host.env,
    readFile: (name) => readFileSync(name, 'utf8'),
  });
}
