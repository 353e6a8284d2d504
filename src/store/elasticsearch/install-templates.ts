import { z } from 'zod';
import type { Dataset } from '../../model/dataset.ts';
import { Failure, messageOf } from '../../model/failure.ts';
import type { Log } from '../../model/ports.ts';
import type { Connection } from './connection.ts';
import {
  lateTemplate,
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

const meta = z.object({ hash: z.string().optional(), version: z.number().optional() });
const installedTemplates = z.object({
  index_templates: z.array(z.object({ index_template: z.object({ _meta: meta.optional() }) })),
});
type Meta = z.output<typeof meta>;

/** From what we want to what any server takes. */
const VARIANTS: readonly Features[] = [
  { mode: true, lifecycle: true, dataStream: true },
  { mode: true, lifecycle: false, dataStream: true },
  { mode: false, lifecycle: true, dataStream: true },
  { mode: false, lifecycle: false, dataStream: true },
  { mode: true, lifecycle: false, dataStream: false },
  { mode: false, lifecycle: false, dataStream: false },
];

/** What installing found out of the server. */
export interface Installed {
  /** Whether gauges go to time-series streams, which make ids of their own. */
  readonly timeSeries: boolean;
}

/** Installs or updates the templates of all streams; what is there already stays. @throws Failure */
export async function installTemplates(
  connection: Connection,
  options: InstallOptions,
  signal: AbortSignal,
): Promise<Installed> {
  const { datasets } = options;
  const events = datasets.filter(({ kind }) => kind === 'event');
  const gauges = datasets.filter(({ kind }) => kind === 'gauge');
  const installer = new Installer(connection, options.log, signal);
  await installer.installAll(events.map((dataset) => (features) => templateOf(dataset, options, features)));
  const variants = await installer.installAll(
    gauges.map((dataset) => (features) => templateOf(dataset, options, features)),
  );
  if (gauges.length > 0) {
    await installer.installAll([(features) => lateTemplate(datasets, options, features)]);
  }
  return { timeSeries: options.timeSeries !== false && variants[0]?.mode === true };
}

class Installer {
  readonly #connection: Connection;
  readonly #log: Log;
  readonly #signal: AbortSignal;

  constructor(connection: Connection, log: Log, signal: AbortSignal) {
    this.#connection = connection;
    this.#log = log;
    this.#signal = signal;
  }

  /** Installs streams of one kind; what the server refuses for the first is not tried for the others. */
  async installAll(makers: readonly ((features: Features) => Template)[]): Promise<readonly Features[]> {
    let variants = VARIANTS;
    for (const make of makers) variants = await this.#installOne(make, variants);
    return variants;
  }

  async #installOne(
    make: (features: Features) => Template,
    variants: readonly Features[],
  ): Promise<readonly Features[]> {
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

  async #put({ name, hash, mappings, body }: Template): Promise<void> {
    const installed = await this.#installedMeta(name);
    if (installed?.hash === hash) return;
    if ((installed?.version ?? 0) > TEMPLATE_VERSION) {
      return this.#log.info({ template: name }, 'template of a newer version left as it is');
    }
    await this.#call('PUT', `/_index_template/${name}`, body);
    this.#log.info({ template: name }, 'index template installed');
    if (installed !== undefined) await this.#updateStream(name, mappings);
  }

  /** Teaches the stream that is there the new fields; what it cannot learn begins with a new index. */
  async #updateStream(name: string, mappings: object): Promise<void> {
    try {
      await this.#call('PUT', `/${name}/_mapping`, mappings);
    } catch (error) {
      if (!(error instanceof Failure) || error.reason === 'not_found') return;
      this.#log.info({ stream: name, reason: error.message }, 'stream rolled over for a changed template');
      await this.#call('POST', `/${name}/_rollover`).catch((problem: unknown) => {
        this.#log.warn({ stream: name, error: messageOf(problem) }, 'stream keeps its old mapping');
      });
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

  #warn(stream: string, { mode, lifecycle, dataStream }: Features, refusal: unknown): void {
    const fields = { stream, refusal: messageOf(refusal) };
    if (!mode)
      this.#log.warn(fields, 'server refuses logsdb or time-series mode: a standard index takes more disk');
    if (!lifecycle) this.#log.warn(fields, 'server refuses retention: delete old documents yourself');
    if (!dataStream) this.#log.warn(fields, 'server refuses data streams: documents go to one plain index');
  }
}
