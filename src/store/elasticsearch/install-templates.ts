import { z } from 'zod';
import type { Dataset } from '../../model/dataset.ts';
import { Failure, messageOf } from '../../model/failure.ts';
import type { Log } from '../../model/ports.ts';
import type { Connection } from './connection.ts';
import { isRolledUp } from './mapping.ts';
import {
  lateTemplate,
  rollupTemplate,
  TEMPLATE_VERSION,
  templateOf,
  type Features,
  type Template,
  type TemplateOptions,
} from './template.ts';

export interface InstallOptions extends TemplateOptions {
  readonly datasets: readonly Dataset[];
  readonly log: Log;
}

const meta = z.object({
  hash: z.string().optional(),
  version: z.number().optional(),
  retention: z.string().optional(),
});
const installedTemplates = z.object({
  index_templates: z.array(z.object({ index_template: z.object({ _meta: meta.optional() }) })),
});
type Meta = z.output<typeof meta>;

/** From what we want to what any server takes. */
const VARIANTS: readonly Features[] = [
  { mode: true, retention: 'lifecycle', dataStream: true },
  { mode: true, retention: 'ilm', dataStream: true },
  { mode: true, retention: 'none', dataStream: true },
  { mode: false, retention: 'lifecycle', dataStream: true },
  { mode: false, retention: 'ilm', dataStream: true },
  { mode: false, retention: 'none', dataStream: true },
  { mode: true, retention: 'none', dataStream: false },
  { mode: false, retention: 'none', dataStream: false },
];

/** Templates that are installed at once: there is one for each dataset, and the server makes one change of them. */
const AT_A_TIME = 8;

/** What installing found out of the server. */
export interface Installed {
  /** Whether gauges and rollups go to time-series streams, which make ids of their own. */
  readonly timeSeries: boolean;
}

/** Installs or updates the templates of all streams; what is there already stays. @throws Failure */
export async function installTemplates(
  connection: Connection,
  options: InstallOptions,
  signal: AbortSignal,
): Promise<Installed> {
  const { datasets } = options;
  const installer = new Installer(connection, options.log, signal);
  const events = datasets.filter(({ kind }) => kind === 'event');
  await installer.installAll(events.map((dataset) => (features) => templateOf(dataset, options, features)));
  const gauges = datasets.filter(({ kind }) => kind === 'gauge');
  const metrics: Maker[] = [
    ...gauges.map((dataset) => (features: Features) => templateOf(dataset, options, features)),
    ...datasets
      .filter(isRolledUp)
      .map((dataset) => (features: Features) => rollupTemplate(dataset, options, features)),
  ];
  const variants = await installer.installAll(metrics);
  if (metrics.length > 0) {
    await installer.installAll([(features) => lateTemplate(datasets, options, features)]);
  }
  return { timeSeries: options.timeSeries !== false && variants[0]?.mode === true };
}

type Maker = (features: Features) => Template;

class Installer {
  readonly #connection: Connection;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #warned = new Set<string>();

  constructor(connection: Connection, log: Log, signal: AbortSignal) {
    this.#connection = connection;
    this.#log = log;
    this.#signal = signal;
  }

  /** Installs streams of one kind; what the server refuses for the first is not tried for the others. */
  async installAll(makers: readonly Maker[]): Promise<readonly Features[]> {
    let variants = VARIANTS;
    const queue = makers.slice(1).values();
    const install = async (makersLeft: Iterable<Maker>): Promise<void> => {
      for (const make of makersLeft) {
        const taken = await this.#installOne(make, variants);
        if (taken.length < variants.length) variants = taken;
      }
    };
    await install(makers.slice(0, 1));
    const others = await Promise.allSettled(Array.from({ length: AT_A_TIME }, () => install(queue)));
    for (const outcome of others) if (outcome.status === 'rejected') throw outcome.reason;
    return variants;
  }

  async #installOne(make: Maker, variants: readonly Features[]): Promise<readonly Features[]> {
    let refusal: unknown;
    for (const [index, features] of variants.entries()) {
      try {
        const template = make(features);
        await this.#put(template);
        if (index > 0) this.#warn(template.name, features, refusal);
        return variants.slice(index);
      } catch (error) {
        if (!(error instanceof Failure) || error.reason !== 'rejected') throw error;
        refusal ??= error;
      }
    }
    throw refusal;
  }

  async #put(template: Template): Promise<void> {
    const { name, hash, body, policy } = template;
    const installed = await this.#installedMeta(name);
    if (installed?.hash === hash) return;
    if ((installed?.version ?? 0) > TEMPLATE_VERSION) {
      return this.#log.info({ template: name }, 'template of a newer version left as it is');
    }
    // The stream first: should we die in between, the old template still says that there is something to do.
    const refusal = installed === undefined ? undefined : await this.#updateStream(template, installed);
    await this.#call('PUT', `/_index_template/${name}`, body);
    if (policy !== undefined) await this.#call('PUT', `/_ilm/policy/${policy.name}`, policy.body);
    this.#log.info({ template: name }, 'index template installed');
    if (refusal !== undefined) await this.#rollOver(name, refusal);
  }

  /** Teaches the stream that is there the new fields and retention; returns why it cannot learn the fields. */
  async #updateStream(
    { name, fields, dataRetention }: Template,
    installed: Meta,
  ): Promise<Failure | undefined> {
    const refusal = await this.#attempt('PUT', `/${name}/_mapping`, { properties: fields });
    if (refusal?.reason === 'not_found') return undefined;
    if (dataRetention === undefined || dataRetention === installed.retention) return refusal;
    const path = `/_data_stream/${name}/_lifecycle`;
    const kept = await this.#attempt('PUT', path, { data_retention: dataRetention });
    if (kept !== undefined)
      this.#log.warn({ stream: name, error: kept.message }, 'stream keeps its old retention');
    return refusal;
  }

  /** What a stream cannot learn begins with a new index. */
  async #rollOver(name: string, refusal: Failure): Promise<void> {
    this.#log.info({ stream: name, reason: refusal.message }, 'stream rolled over for a changed template');
    const problem = await this.#attempt('POST', `/${name}/_rollover`);
    if (problem !== undefined)
      this.#log.warn({ stream: name, error: problem.message }, 'stream keeps its old mapping');
  }

  /** A refusal as a value; what may pass is thrown. */
  async #attempt(method: 'PUT' | 'POST', path: string, json?: object): Promise<Failure | undefined> {
    try {
      await this.#call(method, path, json);
      return undefined;
    } catch (error) {
      if (!(error instanceof Failure) || error.retryable) throw error;
      return error;
    }
  }

  async #installedMeta(name: string): Promise<Meta | undefined> {
    try {
      const answer = installedTemplates.safeParse(await this.#call('GET', `/_index_template/${name}`));
      return answer.data?.index_templates[0]?.index_template['_meta'];
    } catch (error) {
      if (error instanceof Failure && (error.reason === 'not_found' || error.reason === 'forbidden'))
        return undefined;
      throw error;
    }
  }

  #call(method: 'GET' | 'PUT' | 'POST', path: string, json?: object): Promise<unknown> {
    return this.#connection.request({
      method,
      path,
      signal: this.#signal,
      ...(json === undefined ? {} : { json }),
    });
  }

  #warn(stream: string, { mode, retention, dataStream }: Features, refusal: unknown): void {
    const fields = { stream, refusal: messageOf(refusal) };
    if (!mode)
      this.#warnOnce(fields, 'server refuses logsdb or time-series mode: a standard index takes more disk');
    if (retention === 'none')
      this.#warnOnce(fields, 'server refuses retention: delete old documents yourself');
    if (!dataStream) this.#warnOnce(fields, 'server refuses data streams: documents go to one plain index');
  }

  #warnOnce(fields: object, message: string): void {
    if (!this.#warned.has(message)) this.#log.warn(fields, message);
    this.#warned.add(message);
  }
}
