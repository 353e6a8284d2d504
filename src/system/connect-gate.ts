import { buildConnector } from 'undici';

/** Handshakes at a time: each takes a millisecond or two of the processor, so that more would only make all late. */
const AT_A_TIME = 64;
/** How long a handshake may take, and how long a request may have waited for one to be of any use, ms. */
const CONNECT_MS = 5000;

type Connector = buildConnector.connector;
type Arguments = Parameters<Connector>;

interface Waiting {
  readonly since: number;
  readonly connector: Connector;
  readonly call: Arguments;
}

/**
 * Lets so many connections be made at a time. Where thousands are wanted at once (a start, the end of an outage), those
 * that took part in the crowd would all time out, and begin again: nothing would ever be answered.
 */
export function createConnectGate(now: () => number): (options: buildConnector.BuildOptions) => Connector {
  const waiting: Waiting[] = [];
  let connecting = 0;

  function next(): void {
    while (connecting < AT_A_TIME) {
      // Who came last has the most time left.
      const entry = waiting.pop();
      if (entry === undefined) return;
      if (now() - entry.since < CONNECT_MS) connect(entry);
      else entry.call[1](new Error('too many connections were being made'), null);
    }
  }

  function connect({ connector, call: [options, done] }: Waiting): void {
    connecting++;
    connector(options, (...outcome) => {
      connecting--;
      done(...outcome);
      next();
    });
  }

  return (options) => {
    const connector = buildConnector({ timeout: CONNECT_MS, ...options });
    return (...call) => {
      waiting.push({ since: now(), connector, call });
      next();
    };
  };
}
