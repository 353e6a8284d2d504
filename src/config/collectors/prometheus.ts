import { z } from 'zod';
import { compileValuePattern } from '../../model/value-pattern.ts';
import { byteSize, httpUrl, interval, labelName, positive, secret } from '../fields.ts';
import { haveOwnNames, placeName, pollShape } from './common.ts';

/** One poll hands over 100,000 points at most. */
const MAX_SAMPLES = 99_000;
/** Labels that are set by keys of their own. */
const OWN = new Set(['job', 'instance', '__name__']);

const relabelling = z.strictObject({
  action: z.enum(['keep', 'drop']).describe('Whether the samples it matches are the ones that stay, or go.'),
  source_labels: z
    .tuple([z.literal('__name__')])
    .optional()
    .describe('Only the name of the metric can be looked at; may be left out.'),
  regex: z
    .string()
    .refine(isPattern, 'not a regular expression (RE2)')
    .describe('RE2 expression, anchored at both ends.'),
});

const target = z
  .strictObject({
    name: placeName.describe('Its name, which stays.'),
    url: httpUrl
      .refine(
        (url) => !/^https?:\/\/[^/?#]*@/.test(url),
        'leave the password out of the url: write basic_auth',
      )
      .describe('Address of the page; without a path, `/metrics`. Redirects are not followed.'),
    job: z.string().min(1).optional().describe('Label `job`; by default the name.'),
    instance: z.string().min(1).optional().describe('Label `instance`; by default host and port of the url.'),
    labels: z
      .record(
        labelName.refine(
          (name) => !OWN.has(name) && !name.startsWith('__'),
          'write `job:` or `instance:` instead',
        ),
        z.string(),
      )
      .default({})
      .describe('Labels of all its samples. `tenant`: whose all of them are, where `fleet` has that tenant.'),
    honor_labels: z
      .boolean()
      .default(false)
      .describe(
        'Whether labels of the page win over those of the target, and its label `tenant` is believed where `fleet` ' +
          'has that tenant: true for an octowatch edge, and for nothing that a tenant can write to.',
      ),
    honor_timestamps: z
      .boolean()
      .default(true)
      .describe('Whether samples keep the times that the page gives them.'),
    scrape_timeout: interval.prefault('10s').describe('How long the page may take; the interval at most.'),
    body_size_limit: byteSize.prefault('32MiB').describe('Largest page, unpacked.'),
    sample_limit: positive
      .max(MAX_SAMPLES)
      .default(50_000)
      .describe('Most samples after metric_relabel_configs; a page with more of them fails as a whole.'),
    label_limit: positive.optional().describe('Most labels of a sample, its name and the target’s included.'),
    label_name_length_limit: positive.optional().describe('Longest label name, bytes.'),
    label_value_length_limit: positive.optional().describe('Longest label value, bytes.'),
    bearer_token: secret.optional().describe('Sent as `Authorization: Bearer`; for an edge, its token.'),
    basic_auth: z
      .strictObject({
        username: z.string().describe('User name.'),
        password: secret.describe('Password.'),
      })
      .optional()
      .describe('Sent as `Authorization: Basic`.'),
    tls_config: z
      .strictObject({
        ca_file: z
          .string()
          .optional()
          .describe('File of the authorities to trust, PEM; read at each scrape.'),
        server_name: z.string().optional().describe('Name that the certificate must have.'),
        insecure_skip_verify: z
          .boolean()
          .default(false)
          .describe(
            'Takes any certificate: whoever is in between can read the credentials and make up samples.',
          ),
      })
      .prefault({})
      .describe('How the certificate of an https url is judged.'),
    metric_relabel_configs: z
      .array(relabelling)
      .default([])
      .describe('What of a page is kept, one step after the other.'),
  })
  .refine(
    ({ bearer_token: token, basic_auth: basic }) => token === undefined || basic === undefined,
    'give bearer_token or basic_auth, not both',
  );

/** Settings of the collector `prometheus`. */
export const prometheusSettings = z
  .strictObject({
    ...pollShape,
    targets: z
      .array(target)
      .refine(haveOwnNames, 'two have one name')
      .default([])
      .describe('The endpoints to scrape.'),
  })
  .prefault({});

function isPattern(text: string): boolean {
  try {
    compileValuePattern(text);
    return true;
  } catch {
    return false;
  }
}
