import { z } from 'zod';
import { httpUrl } from '../fields.ts';
import { httpConfig } from '../http-config.ts';
import { common, timeout } from './common.ts';

/** Another Alertmanager, or several that are one cluster. */
export const alertmanagerConfig = z.strictObject({
  ...common,
  urls: z
    .array(httpUrl)
    .min(1, 'name at least one Alertmanager')
    .describe('Alertmanagers of one cluster, such as `http://alertmanager-0:9093`: each is told.'),
  timeout,
  http_config: httpConfig.optional().describe('How they are asked.'),
});
