import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Passes bytes on; loses connections when told to. */
export interface TcpProxy {
  readonly port: number;
  /** Resets all connections that there are. */
  cut(): void;
  connections(): number;
  close(): void;
}

/** Starts one in front of a port of this machine. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const other = connect(target, '127.0.0.1');
    sockets.add(socket);
    socket.pipe(other).pipe(socket);
    const end = (): void => {
      sockets.delete(socket);
      socket.destroy();
      other.destroy();
    };
    for (const each of [socket, other]) each.on('error', end).on('close', end);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    connections: () => sockets.size,
    close() {
      cut();
      server.close();
    },
  };
}
