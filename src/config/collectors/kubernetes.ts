import { RE2JS } from 're2js';
import { z } from 'zod';
import { haveOwnNames, placeName, pollShape } from './common.ts';

const cluster = z.strictObject({
  name: placeName.describe('Its name, which stays.'),
  kubeconfig: z
    .string()
    .optional()
    .describe('Path of a kubeconfig. Without it: the service account of the pod that octowatch runs in.'),
  context: z.string().optional().describe('Context of the kubeconfig. Without it: its current one.'),
  tenant_label: z
    .string()
    .optional()
    .describe(
      'Label of pods or of their namespace whose value is a tenant: `octopus.example.com/tenant`. `namespace_pattern` counts first.',
    ),
  namespace_pattern: z
    .string()
    .refine(
      namesATenant,
      'not a regular expression (RE2) with a group for the tenant: octopus-(?P<tenant>.+)',
    )
    .optional()
    .describe(
      'RE2 expression, anchored at both ends, over names of namespaces; its group `tenant`, or its first one, is the tenant.',
    ),
});

/** Settings of the collector `kubernetes`. */
export const kubernetesSettings = z
  .strictObject({
    ...pollShape,
    clusters: z
      .array(cluster)
      .refine(haveOwnNames, 'two have one name')
      .default([])
      .describe('The clusters to watch.'),
  })
  .prefault({});

function namesATenant(pattern: string): boolean {
  try {
    return RE2JS.compile(pattern).groupCount() > 0;
  } catch {
    return false;
  }
}
