import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadConfig } from '../config/load-config.ts';
import type { Config } from '../config/schema.ts';
import { Failure } from '../model/failure.ts';
import type { CliHost } from './host.ts';

/** Where a configuration is looked for when none is named. */
export const CONFIG_FILE = 'octowatch.yml';

/** Reads the configuration file. @throws Failure `invalid` with positions, or saying how to make a file */
export function readConfig(
  host: Pick<CliHost, 'env' | 'workingDirectory'>,
  file: string = CONFIG_FILE,
): Config {
  const path = resolve(host.workingDirectory, file);
  if (!existsSync(path)) {
    throw new Failure(
      'invalid',
      `${file} is not there; begin with: octowatch config example > ${CONFIG_FILE}`,
    );
  }
  return loadConfig(path, readFileSync(path, 'utf8'), {
    env: host.env,
    readFile: (name) => readFileSync(name, 'utf8'),
  });
}
