import type { SimulatedInstance } from '../../../../src/simulator/simulator.ts';

/** How long a rendered answer is used, ms. */
const FRESH_MS = 20_000;
/** Of ten instances six are dormant, three quiet, one is active. */
const SHARES = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2];

interface Rendered {
  readonly at: number;
  readonly head: string;
  readonly body: Uint8Array;
}

/** Answers of simulated instances, as bytes to be sent again and again. */
export interface Bodies {
  /** The answer of instance `number` to a request's head, whole. */
  answer(number: number, request: string): Promise<Uint8Array>;
}

export function createBodies(instances: readonly SimulatedInstance[]): Bodies {
  const rendered = new Map<string, Promise<Rendered>>();

  async function answer(number: number, request: string): Promise<Uint8Array> {
    const target = request.slice(request.indexOf(' ') + 1, request.indexOf(' HTTP/'));
    const instance = instances[SHARES[number % SHARES.length] ?? 0];
    if (instance === undefined) throw new Error('no instance is simulated');
    const { head, body } = await fresh(instance, target);
    return Buffer.concat([Buffer.from(`${head}date: ${new Date().toUTCString()}\r\n\r\n`), body]);
  }

  /** Times in queries differ from request to request, and the answers do not. */
  async function fresh(instance: SimulatedInstance, target: string): Promise<Rendered> {
    const key = `${instance.tenant} ${target.replaceAll(/=[^&]*\d\d:\d\d[^&]*|=\d{4}-[^&]*/g, '=')}`;
    const known = await rendered.get(key);
    if (known !== undefined && Date.now() - known.at < FRESH_MS) return known;
    const promise = render(instance, target);
    rendered.set(key, promise);
    return promise;
  }

  return { answer };
}

async function render({ url, apiKey }: SimulatedInstance, target: string): Promise<Rendered> {
  const response = await fetch(url + target, { headers: { 'x-octopus-apikey': apiKey } });
  const body = new Uint8Array(await response.arrayBuffer());
  const type = response.headers.get('content-type') ?? 'application/json';
  const head = `HTTP/1.1 ${response.status} OK\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n`;
  return { at: Date.now(), head, body };
}
