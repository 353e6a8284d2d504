import { z } from 'zod';
import { httpUrl, positive, secret } from '../fields.ts';
import { haveOwnNames, placeName, pollShape } from './common.ts';

const region = z.string().regex(/^[a-z]{2,}(-[a-z]+)+-\d+$/, 'not a region (write eu-west-1)');

const account = z
  .strictObject({
    name: placeName.describe('Its name, which stays: the label `account`.'),
    regions: z
      .array(region)
      .min(1, 'name at least one region')
      .refine((regions) => new Set(regions).size === regions.length, 'a region is there twice')
      .describe('What is watched of it; IAM and Route 53 are asked for once, whatever the regions.'),
    profile: z.string().optional().describe('Profile of the shared AWS configuration files.'),
    access_key_id: secret
      .optional()
      .describe('Access key, with `secret_access_key`. Without key and profile: what the environment has.'),
    secret_access_key: secret.optional().describe('Secret of the access key.'),
    session_token: secret.optional().describe('Session token, where the access key is temporary.'),
    role_arn: z
      .string()
      .regex(/^arn:[\w-]+:iam::\d{12}:role\/.+$/, 'not the ARN of a role')
      .optional()
      .describe('Role that is assumed with the credentials above.'),
    external_id: z.string().optional().describe("External id that the role's trust policy asks for."),
    endpoint: httpUrl.optional().describe('Replaces the addresses of all services: for tests and proxies.'),
  })
  .refine(
    (keys) => (keys.access_key_id === undefined) === (keys.secret_access_key === undefined),
    'access_key_id and secret_access_key come together',
  )
  .refine(
    ({ external_id: id, role_arn: role }) => id === undefined || role !== undefined,
    'external_id is of no use without role_arn',
  );

/** Settings of the collector `aws`. */
export const awsSettings = z
  .strictObject({
    ...pollShape,
    accounts: z
      .array(account)
      .refine(haveOwnNames, 'two have one name')
      .default([])
      .describe('The accounts to watch.'),
    tenant_tag: z
      .string()
      .optional()
      .describe(
        'Tag of EC2 and RDS instances that holds the tenant; one that the fleet does not know is ignored.',
      ),
    limits: z
      .strictObject({
        sqlserver_instances: positive
          .default(10)
          .describe(
            'RDS instances per SQL Server edition with the license included, per account and region.',
          ),
        databases_per_instance: positive
          .default(30)
          .describe('Databases that one RDS instance of SQL Server may hold.'),
        databases_by_class: z
          .record(z.string(), positive)
          .default({})
          .describe('The same by instance class (`db.m5.4xlarge: 100`).'),
        databases_by_instance: z
          .record(z.string(), z.int().min(0))
          .default({})
          .describe('The same by DB instance; 0 for one that is not for tenants.'),
      })
      .prefault({})
      .describe('Limits that AWS tells by no API.'),
  })
  .prefault({});
