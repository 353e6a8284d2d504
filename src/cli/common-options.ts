import { Option } from 'commander';

/** `--config`: the file that is named, else the one of this folder. */
export function config(): Option {
  return new Option('-c, --config <file>', 'configuration file (default: octowatch.yml)');
}

/** `--output` of verbs that print a table. */
export function output(): Option {
  return new Option('-o, --output <format>', 'output format').choices(['table', 'json']).default('table');
}

/** `--url` of verbs that ask a running agent. */
export function url(): Option {
  return new Option('--url <url>', 'the agent (default: from the configuration)');
}
