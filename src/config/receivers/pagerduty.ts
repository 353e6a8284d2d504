import { z } from 'zod';
import { httpUrl, secret } from '../fields.ts';
import { httpConfig } from '../http-config.ts';
import { common, timeout } from './common.ts';

const SEVERITIES = ['critical', 'error', 'warning', 'info'];
const template = z.string();

const link = z.strictObject({
  href: template.min(1).describe('Its address; a template.'),
  text: template.optional().describe('Its words; a template.'),
});

const image = z.strictObject({
  src: template.min(1).describe('Its address, `https` only; a template.'),
  alt: template.optional().describe('What it shows, in words; a template.'),
  href: template.optional().describe('Where it leads; a template.'),
});

/** PagerDuty, by its Events API v2, and with `rest_token` by its REST API. */
export const pagerdutyConfig = z
  .strictObject({
    ...common,
    routing_key: secret,
    region: z.enum(['us', 'eu']).default('us').describe('Where the account lives: its service region.'),
    url: httpUrl
      .optional()
      .describe('Events API instead of that of the region, whole or its base: a proxy, a test.'),
    description: template
      .optional()
      .describe(
        'Template of the title, instead of the page line: then the title can no longer be trusted to be short.',
      ),
    severity: template
      .refine(
        (text) => text.includes('{{') || SEVERITIES.includes(text),
        `one of ${SEVERITIES.join(', ')}, or a template`,
      )
      .optional()
      .describe(
        'Severity of the event, or a template of it. Without: that of the alert (page: critical, ticket: warning).',
      ),
    source: template.optional().describe('Template of what is affected; without, the tenant.'),
    component: template.optional().describe('Template of the component of the source.'),
    group: template.optional().describe('Template of the group of components.'),
    class: template.optional().describe('Template of the kind of event; without, the name of the alert.'),
    client: template.optional().describe('Template of who tells; without, `octowatch`.'),
    client_url: template
      .optional()
      .describe('Template of where that leads; without, to the incident on our page.'),
    details: z
      .record(z.string(), template)
      .default({})
      .describe('Templates of further details by name; one of our own names replaces ours.'),
    links: z.array(link).default([]).describe('Links besides ours (runbook, tenant, graph, silence this).'),
    images: z.array(image).default([]).describe('Images; PagerDuty must be able to reach them.'),
    rest_token: secret
      .optional()
      .describe('REST API key. With it, who acknowledged is known, and the title follows the page line.'),
    from: z
      .email('not an e-mail address')
      .optional()
      .describe(
        'E-mail address of the PagerDuty user in whose name titles and notes are written; needed with `rest_token`.',
      ),
    rest_url: httpUrl.optional().describe('REST API instead of that of the region: a proxy, a test.'),
    timeout,
    http_config: httpConfig.optional().describe('How PagerDuty is asked.'),
  })
  .refine(({ rest_token: token, from }) => token === undefined || from !== undefined, {
    message: 'rest_token needs from: the e-mail address of a user of the account',
    path: ['rest_token'],
  });
