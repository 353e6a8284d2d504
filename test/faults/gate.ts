import { createServer, connect, type Socket } from 'node:net';

/** What the way to a server does. */
export type GateMode =
  | 'open'
  /** Resets every connection, those that are there and those to come. */
  | 'shut'
  /** Lets requests through and resets the connection in the place of a bulk's answer. */
  | 'drop-answers'
  /** Lets requests through; a bulk's answer never comes. */
  | 'hold-answers';

/** A TCP proxy on loopback that can be told to misbehave. */
export interface Gate extends AsyncDisposable {
  readonly url: string;
  mode: GateMode;
  /** Called when the answer to a bulk was held back. */
  onHeld: () => void;
  /** Resets the connections whose answers were held back. */
  resetHeld(): void;
}

/** Opens a way to the server at `url`. */
export async function openGate(url: string): Promise<Gate> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let mode: GateMode = 'open';
  const held = new Set<Socket>();
  let onHeld: () => void = () => undefined;

  function link(client: Socket): void {
    if (mode === 'shut') return void client.resetAndDestroy();
    const server = connect(Number(port), hostname);
    let sentBulk = false;
    client.on('data', (chunk: Buffer) => {
      sentBulk ||= chunk.includes('POST /_bulk');
      server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => {
      if (!sentBulk || mode === 'open' || mode === 'shut') return void client.write(chunk);
      if (mode === 'drop-answers') return void client.resetAndDestroy();
      held.add(client);
      onHeld();
    });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  }

  const proxy = createServer(link);
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  const address = proxy.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`,
    get mode() {
      return mode;
    },
    set mode(next) {
      mode = next;
      if (mode === 'shut') for (const socket of sockets) socket.resetAndDestroy();
    },
    get onHeld() {
      return onHeld;
    },
    set onHeld(next) {
      onHeld = next;
    },
    resetHeld() {
      for (const client of held) client.resetAndDestroy();
      held.clear();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        proxy.close(resolve);
      });
    },
  };
}
