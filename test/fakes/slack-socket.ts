import { startWebSocketServer, type WebSocketPeer } from './websocket-server.ts';

/** When an envelope was acknowledged, and how long after it was sent, ms. */
export interface SlackAck {
  readonly envelopeId: string;
  readonly afterMs: number;
}

/** What a person presses, and where. */
export interface SlackPress {
  readonly action: string;
  /** Default: a button without a value, as a link is. */
  readonly value?: string;
  readonly user?: string;
  readonly userTeam?: string;
  readonly channel?: string;
}

/** Slack's Socket Mode (docs.slack.dev, Using Socket Mode): hello, envelopes, disconnects; envelopes want an ack in 3 s. */
export interface FakeSlackSocket {
  /** The one app-level token it knows. */
  readonly appToken: string;
  /** What `apps.connections.open` answers. */
  open(): string;
  /** How many connections are open, and how many there ever were. */
  readonly connections: { readonly open: number; readonly ever: number };
  /** Acknowledgements in their order, also repeated ones. */
  readonly acks: readonly SlackAck[];
  /** What it would complain about: late acks, acks of what was never sent. */
  readonly complaints: readonly string[];
  /** Delivers a press on the newest connection; returns the envelope's id. */
  press(press: SlackPress): string;
  /** Delivers an envelope once more, as after a reconnect. */
  replay(envelopeId: string): void;
  /** Delivers any text. */
  say(text: string): void;
  /** Asks the client to connect anew. */
  refresh(reason: 'refresh_requested' | 'warning' | 'link_disabled'): void;
  /** Resets all connections. */
  drop(): void;
  close(): Promise<void>;
}

const ACK_MS = 3000;
const TEAM = 'T0FAKE';

export async function startFakeSlackSocket(): Promise<FakeSlackSocket> {
  const appToken = ['xapp', 'fake', 'app'].join('-');
  const peers: WebSocketPeer[] = [];
  const sent = new Map<string, { readonly text: string; readonly at: number }>();
  const acks: SlackAck[] = [];
  const complaints: string[] = [];
  const connections = { open: 0, ever: 0 };
  let tickets = 0;

  const server = await startWebSocketServer({
    onOpen(peer) {
      peers.push(peer);
      connections.open++;
      connections.ever++;
      peer.send(JSON.stringify({ type: 'hello', num_connections: peers.length, connection_info: {} }));
    },
    onText(text) {
      const { envelope_id: envelopeId }: { envelope_id: string } = JSON.parse(text);
      const envelope = sent.get(envelopeId);
      if (envelope === undefined) return void complaints.push(`ack of an unknown envelope: ${text}`);
      const afterMs = Date.now() - envelope.at;
      if (afterMs > ACK_MS) complaints.push(`ack after ${afterMs} ms`);
      acks.push({ envelopeId, afterMs });
    },
    onClose(peer) {
      connections.open--;
      peers.splice(peers.indexOf(peer), 1);
    },
  });

  function deliver(envelopeId: string, text: string): void {
    sent.set(envelopeId, { text, at: Date.now() });
    newest().send(text);
  }

  function newest(): WebSocketPeer {
    const peer = peers.at(-1);
    if (peer === undefined) throw new Error('nobody is connected');
    return peer;
  }

  return {
    appToken,
    open: () => `${server.url}/link/?ticket=${++tickets}`,
    connections,
    acks,
    complaints,
    press(press) {
      const envelopeId = `envelope-${sent.size + 1}`;
      const envelope = { envelope_id: envelopeId, type: 'interactive', accepts_response_payload: false };
      deliver(envelopeId, JSON.stringify({ ...envelope, payload: payloadOf(press) }));
      return envelopeId;
    },
    replay(envelopeId) {
      deliver(envelopeId, sent.get(envelopeId)?.text ?? '');
    },
    say: (text) => newest().send(text),
    refresh: (reason) => newest().send(JSON.stringify({ type: 'disconnect', reason, debug_info: {} })),
    drop() {
      for (const peer of peers) peer.drop();
    },
    close: () => server.close(),
  };
}

/** A `block_actions` payload (docs.slack.dev, interaction payloads). */
function payloadOf({
  action,
  value,
  user = 'U0PRIYA',
  userTeam = TEAM,
  channel = 'C0ONCALL',
}: SlackPress): object {
  return {
    type: 'block_actions',
    user: { id: user, username: user.toLowerCase(), name: user.toLowerCase(), team_id: userTeam },
    api_app_id: 'A0FAKE',
    token: 'verification',
    container: {
      type: 'message_attachment',
      message_ts: '1.000001',
      channel_id: channel,
      is_ephemeral: false,
    },
    trigger_id: '1.2.3',
    team: { id: TEAM, domain: 'fake' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel, name: 'on-call' },
    message: { ts: '1.000001', text: 'a page' },
    response_url: 'http://127.0.0.1:1/response',
    actions: [
      {
        action_id: action,
        block_id: 'b1',
        type: 'button',
        text: { type: 'plain_text', text: action },
        ...(value === undefined ? {} : { value }),
        action_ts: '1.000002',
      },
    ],
  };
}
