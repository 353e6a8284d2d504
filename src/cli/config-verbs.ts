import { stringify } from 'yaml';
import { EXAMPLE_CONFIG } from '../config/example.ts';
import { maskSecrets } from '../config/mask.ts';
import { configJsonSchema, toFileForm } from '../config/schema.ts';
import { readConfig } from './config-file.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';

/** `octowatch config schema`: the JSON schema, for editors. */
export function configSchemaVerb(host: CliHost): ExitCode {
  host.print(JSON.stringify(configJsonSchema(), null, 2));
  return EXIT.ok;
}

/** `octowatch config example`: a commented file to begin with. */
export function configExampleVerb(host: CliHost): ExitCode {
  host.print(EXAMPLE_CONFIG.trimEnd());
  return EXIT.ok;
}

/** `octowatch config show`: the file with its defaults filled in and its secrets masked. */
export function configShowVerb(host: CliHost, options: { config?: string; output?: string }): ExitCode {
  const shown = maskSecrets(toFileForm(readConfig(host, options.config)));
  host.print(options.output === 'json' ? JSON.stringify(shown, null, 2) : stringify(shown).trimEnd());
  return EXIT.ok;
}
