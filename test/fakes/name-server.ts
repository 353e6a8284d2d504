import { createSocket } from 'node:dgram';
import type { TestContext } from 'node:test';

/** What a name server says: addresses of IPv4, or a code of refusal (RFC 1035, 4.1.1). */
export type NameAnswer = readonly string[] | 'nxdomain' | 'servfail' | 'refused' | 'silent';

const CODES = { servfail: 2, nxdomain: 3, refused: 5 } as const;
const TYPE_A = 1;

/** A name server on a loopback socket, closed at the end of the test: `address:port`. Only A records are ever there. */
export async function startNameServer(
  t: TestContext,
  answer: (name: string) => NameAnswer,
): Promise<{ readonly server: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const { name, type, end } = questionOf(query);
    asked.push(name);
    const said = answer(name);
    if (said === 'silent') return;
    const records = Array.isArray(said) && type === TYPE_A ? said : [];
    socket.send(replyTo(query.subarray(0, end), said, records), port, address);
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  t.after(() => socket.close());
  return { server: `127.0.0.1:${socket.address().port}`, asked };
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('ascii', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** The question with a header of a reply, and behind it the records, whose name is that of the question. */
function replyTo(question: Buffer, said: NameAnswer, records: readonly string[]): Buffer {
  const reply = Buffer.from(question);
  const code = typeof said === 'string' && said !== 'silent' ? CODES[said] : 0;
  reply.writeUInt16BE(0x8180 | code, 2);
  reply.writeUInt16BE(records.length, 6);
  reply.writeUInt32BE(0, 8);
  const bytes = records.map((address) =>
    Buffer.from([0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([reply, ...bytes]);
}
