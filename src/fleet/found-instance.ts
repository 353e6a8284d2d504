import { cutText } from '../model/cut-text.ts';
import { fillPlaceholders, placeholdersOf } from '../model/placeholders.ts';
import type { FoundList, Refusal } from './discoverer.ts';
import { TENANT_ID, type FoundInstance } from './instance.ts';

/** How an instance is made of what was found; braces hold what is known of it. */
export interface InstanceTemplate {
  readonly tenant: string;
  readonly url: string;
  readonly apiKey?: string;
  readonly apiKeyFile?: string;
  readonly info: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, readonly string[]>>;
  readonly timeZone: string;
}

/** Something that was found: what is known of it by the names that templates use. */
export interface Candidate {
  /** What the source calls it, for messages. */
  readonly what: string;
  readonly asleep: boolean;
  find(name: string): string | undefined;
}

const ALONE = /^\{[^{}]+\}$/;
const MAX_INFO = 200;

/** The instance that the template makes of a candidate, or why it makes none. */
function foundInstance(template: InstanceTemplate, candidate: Candidate): FoundInstance | Refusal {
  const { what, asleep } = candidate;
  const tenant = fillPlaceholders(template.tenant, candidate.find);
  if (tenant === undefined) return { what, why: unknownIn(template.tenant, candidate) };
  if (!TENANT_ID.test(tenant))
    return {
      what,
      why: `its tenant id is not letters, digits, dot, dash, underscore: ${cutText(tenant, 60)}`,
    };
  const find = (name: string): string | undefined => (name === 'tenant' ? tenant : candidate.find(name));
  const url = urlOf(template.url, { ...candidate, find });
  if (typeof url === 'object') return url;
  return {
    tenant,
    url,
    asleep,
    info: infoOf(template.info, find),
    files: filesOf(template.files, find),
    timeZone: template.timeZone,
    ...keyOf(template, tenant),
  };
}

/** The list that the template makes of candidates. */
export function toList(template: InstanceTemplate, candidates: readonly Candidate[]): FoundList {
  const made = candidates.map((candidate) => foundInstance(template, candidate));
  return {
    instances: made.filter((each): each is FoundInstance => !isRefusal(each)),
    refused: made.filter(isRefusal),
  };
}

function isRefusal(made: FoundInstance | Refusal): made is Refusal {
  return 'why' in made;
}

/** Everything that the texts of a template ask for. */
export function placeholdersOfTemplate({ tenant, url, info, files }: InstanceTemplate): readonly string[] {
  return [tenant, url, ...Object.values(info), ...Object.values(files).flat()].flatMap(placeholdersOf);
}

/**
 * What is put between other texts may be no more than a part of a host name or path: whoever may name things must not
 * choose where keys are sent to.
 */
function urlOf(template: string, candidate: Candidate): string | Refusal {
  const { what, find } = candidate;
  const isAlone = ALONE.test(template);
  const url = fillPlaceholders(template, isAlone ? find : (name) => plain(find(name)));
  if (url === undefined) return { what, why: unknownIn(template, candidate) };
  if (!URL.canParse(url)) return { what, why: 'its url is not an http or https URL' };
  const { protocol, username, password } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:')
    return { what, why: 'its url is not an http or https URL' };
  if (username !== '' || password !== '') return { what, why: 'its url holds a password: use api_key' };
  return url.replace(/\/+$/, '');
}

function plain(value: string | undefined): string | undefined {
  return value !== undefined && TENANT_ID.test(value) && !value.includes('..') ? value : undefined;
}

function infoOf(info: InstanceTemplate['info'], find: Candidate['find']): Record<string, string> {
  const filled = Object.entries(info).flatMap(([name, text]) => {
    const value = fillPlaceholders(text, find);
    return value === undefined || value === '' ? [] : [[name, cutText(value, MAX_INFO)] as const];
  });
  return Object.fromEntries(filled);
}

function filesOf(files: InstanceTemplate['files'], find: Candidate['find']): FoundInstance['files'] {
  const fill = (glob: string): string[] => {
    const path = fillPlaceholders(glob, (name) => plain(find(name)));
    return path === undefined ? [] : [path];
  };
  return Object.fromEntries(Object.entries(files).map(([name, globs]) => [name, globs.flatMap(fill)]));
}

function keyOf(
  { apiKey, apiKeyFile }: InstanceTemplate,
  tenant: string,
): Pick<FoundInstance, 'apiKey' | 'apiKeyFile'> {
  if (apiKey !== undefined) return { apiKey };
  return apiKeyFile === undefined ? {} : { apiKeyFile: apiKeyFile.replaceAll('{tenant}', tenant) };
}

function unknownIn(template: string, { find }: Candidate): string {
  const unknown = placeholdersOf(template).filter((name) => find(name) === undefined);
  if (unknown.length > 0) return `it has no ${unknown.join(', ')}`;
  return `its ${placeholdersOf(template).join(', ')} cannot be part of a url`;
}
