import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** One client of a WebSocket server. */
export interface WebSocketPeer {
  /** Sends a text frame. */
  send(text: string): void;
  /** Closes as the protocol has it. */
  close(): void;
  /** Resets the connection. */
  drop(): void;
}

export interface WebSocketServer {
  /** `ws://127.0.0.1:…` */
  readonly url: string;
  close(): Promise<void>;
}

export interface WebSocketHandlers {
  onOpen(peer: WebSocketPeer): void;
  onText(text: string, peer: WebSocketPeer): void;
  onClose(peer: WebSocketPeer): void;
}

/** RFC 6455, section 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

/** A WebSocket server on a free loopback port, for unfragmented messages below 64 KiB; it answers pings. */
export async function startWebSocketServer(handlers: WebSocketHandlers): Promise<WebSocketServer> {
  const sockets = new Set<Duplex>();
  const server = createServer((_, response) => response.writeHead(426).end());
  server.on('upgrade', ({ headers }, socket: Socket) => {
    const accept = createHash('sha1')
      .update(`${headers['sec-websocket-key'] ?? ''}${GUID}`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    sockets.add(socket);
    serve(socket, handlers, () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function serve(socket: Duplex, handlers: WebSocketHandlers, onEnd: () => void): void {
  const peer: WebSocketPeer = {
    send: (text) => void socket.write(frameOf(TEXT, Buffer.from(text))),
    close: () => void socket.end(frameOf(CLOSE, Buffer.from([0x03, 0xe8]))),
    drop: () => void socket.destroy(),
  };
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const frame = readFrame(rest);
      if (frame === undefined) return;
      rest = rest.subarray(frame.length);
      if (frame.opcode === TEXT) handlers.onText(frame.payload.toString(), peer);
      else if (frame.opcode === PING) socket.write(frameOf(PONG, frame.payload));
      else if (frame.opcode === CLOSE) socket.end(frameOf(CLOSE, frame.payload));
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    onEnd();
    handlers.onClose(peer);
  });
  handlers.onOpen(peer);
}

/** RFC 6455, section 5.2; a server's frames are not masked. */
function frameOf(opcode: number, payload: Uint8Array): Buffer {
  const head =
    payload.length < 126
      ? [0x80 | opcode, payload.length]
      : [0x80 | opcode, 126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from(head), payload]);
}

/** The first whole frame of a client, unmasked; undefined while some of it is missing. */
function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const maskAt = short === 126 ? 4 : 2;
  if (bytes.length < maskAt + 4) return undefined;
  const size = short === 126 ? bytes.readUInt16BE(2) : short;
  const length = maskAt + 4 + size;
  if (bytes.length < length) return undefined;
  const mask = bytes.subarray(maskAt, maskAt + 4);
  const payload = Buffer.from(bytes.subarray(maskAt + 4, length)).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
  return { opcode: bytes.readUInt8(0) & 0xf, payload: Buffer.from(payload), length };
}
