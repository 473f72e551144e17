import type { Part } from '../../../protocol/lp1.ts';

/** What became of a request, as it travels to other tabs. `failed`: there was no response. `direct`: ask by yourself. */
export type RelayedResponse =
  | { status: number; headers: [string, string][]; text: string }
  | { failed: string }
  | 'direct';

/** What the client reads of a response beside its status and body. */
const HEADERS = ['Content-Type', 'Retry-After', 'Age'];

/** Waits for a response, and reads it. Never rejects. */
export async function relayOf(exchange: Promise<Response>): Promise<RelayedResponse> {
  try {
    const response = await exchange;
    const { status, redirected, headers } = response;
    // What can't be rebuilt from these three (a redirect, a 304) each tab has to see for itself.
    if (redirected || status < 200 || [204, 205, 304].includes(status)) return 'direct';
    const told = HEADERS.map((name): [string, string] => [name, headers.get(name) ?? '']);
    return { status, headers: told.filter(([, value]) => value), text: await response.text() };
  } catch (error) {
    return { failed: String(error) };
  }
}

/** An answer of our own making. */
export function answerRelay(now: number, parts: Map<string, Part>): RelayedResponse {
  const text = JSON.stringify({ now, channels: Object.fromEntries(parts) });
  return { status: 200, headers: [['Content-Type', 'application/json']], text };
}

/** The response again. @throws TypeError as fetch does where there was none */
export function responseOf(relay: Exclude<RelayedResponse, 'direct'>): Response {
  if ('failed' in relay) throw new TypeError(relay.failed);
  const { status, headers, text } = relay;
  return new Response(text, { status, headers });
}

/**
 * Whether a refusal may be the fault of one question among several: a channel that is unknown, a cursor that is bad.
 * What concerns the connection (a token, overload) concerns all who share it.
 */
export function mayBeOnes(relay: RelayedResponse): boolean {
  if (relay === 'direct' || 'failed' in relay) return false;
  const { status } = relay;
  return status >= 400 && status < 500 && ![401, 403, 408, 425, 429].includes(status);
}

/** What the leader needs of an answer. undefined for anything else: the tabs judge it themselves. */
export interface Heard {
  now: number;
  parts: [string, Part][];
  /** The server asks all for a pause. */
  pause: boolean;
  round: string | undefined;
}

export function heardIn(relay: RelayedResponse): Heard | undefined {
  if (relay === 'direct' || 'failed' in relay || relay.status !== 200) return undefined;
  try {
    const { now, channels, pause, round } = JSON.parse(relay.text);
    const parts = Object.entries(channels as Record<string, Part>);
    const whole = parts.every(
      ([, part]) => typeof part.to === 'string' && Array.isArray(part.entries),
    );
    return whole && Number.isFinite(now) ? { now, parts, pause: pause > 0, round } : undefined;
  } catch {
    return undefined;
  }
}
