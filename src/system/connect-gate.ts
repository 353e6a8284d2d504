import { buildConnector } from 'undici';

/** Handshakes at a time: each takes a millisecond or two of the processor, so that more would only make all late. */
const AT_A_TIME = 64;
/** Who is silent for so long, ms, takes no processor: hosts that swallow packets must not keep others out, receivers of alerts least. */
const HELD_MS = 500;
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

  function hasPlace(): boolean {
    return connecting < AT_A_TIME;
  }

  function next(): void {
    while (hasPlace()) {
      // Who came last has the most time left.
      const entry = waiting.pop();
      if (entry === undefined) return;
      if (now() - entry.since < CONNECT_MS) connect(entry);
      else entry.call[1](new Error('too many connections were being made'), null);
    }
  }

  function connect({ connector, call: [options, done] }: Waiting): void {
    const release = takePlace();
    connector(options, (...outcome) => {
      done(...outcome);
      release();
    });
  }

  /** Gives the place back once, at the latest when it has been held for too long. */
  function takePlace(): () => void {
    let isHeld = true;
    connecting++;
    const timer = setTimeout(release, HELD_MS);
    function release(): void {
      if (!isHeld) return;
      isHeld = false;
      clearTimeout(timer);
      connecting--;
      next();
    }
    return release;
  }

  return (options) => {
    const connector = buildConnector({ timeout: CONNECT_MS, ...options });
    return (...call) => {
      waiting.push({ since: now(), connector, call });
      next();
    };
  };
}
