import { z } from 'zod';
import { httpUrl, secret } from '../fields.ts';
import { haveOwnNames, placeName, pollShape } from './common.ts';

const location = z.string().regex(/^[a-z][a-z0-9]+$/, 'not a location (write westeurope)');

const subscription = z
  .strictObject({
    name: placeName.describe('Its name, which stays: the label `account`.'),
    subscription_id: z.uuid().describe('Id of the subscription.'),
    locations: z
      .array(location)
      .min(1, 'name at least one location')
      .refine((locations) => new Set(locations).size === locations.length, 'a location is there twice')
      .describe('What is watched of it; resources elsewhere are left out.'),
    tenant_id: z.uuid().optional().describe('Directory of the principal, with `client_secret`.'),
    client_id: z
      .uuid()
      .optional()
      .describe('The principal; without `client_secret` the workload or managed identity to take.'),
    client_secret: secret
      .optional()
      .describe(
        'Secret of the principal. Without it: what the environment has (workload identity, managed identity, CLI).',
      ),
    endpoint: httpUrl
      .default('https://management.azure.com')
      .describe('Address of the Resource Manager: another cloud’s, or a test’s.'),
    authority: httpUrl
      .default('https://login.microsoftonline.com')
      .describe('Address that gives tokens, where `client_secret` is set.'),
  })
  .refine(
    (keys) =>
      keys.client_secret === undefined || (keys.tenant_id !== undefined && keys.client_id !== undefined),
    'client_secret needs tenant_id and client_id',
  );

/** Settings of the collector `azure`. */
export const azureSettings = z
  .strictObject({
    ...pollShape,
    subscriptions: z
      .array(subscription)
      .refine(haveOwnNames, 'two have one name')
      .default([])
      .describe('The subscriptions to watch.'),
  })
  .prefault({});
