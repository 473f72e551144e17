import type { Part } from '../../../protocol/lp1.ts';

/**
 * The outcome of a request, as it is sent to other tabs. `failed`: there was no response. `direct`: the tab must send a
 * request of its own.
 */
export type RelayedResponse =
  | { status: number; headers: [string, string][]; text: string }
  | { failed: string }
  | 'direct';

/** The headers that the client reads. */
const HEADERS = ['Content-Type', 'Retry-After', 'Age'];

/** Waits for a response and reads it into a form that can be sent to other tabs. Never rejects. */
export async function relayOf(exchange: Promise<Response>): Promise<RelayedResponse> {
  try {
    const response = await exchange;
    const { status, redirected, headers } = response;
    // A response that cannot be rebuilt from status, headers and text (a redirect, a 304) each tab has to request
    // itself.
    if (redirected || status < 200 || [204, 205, 304].includes(status)) return 'direct';
    const told = HEADERS.map((name): [string, string] => [name, headers.get(name) ?? '']);
    return { status, headers: told.filter(([, value]) => value), text: await response.text() };
  } catch (error) {
    return { failed: String(error) };
  }
}

/** Returns a response that the leader makes from parts it has; `now` is the server's time, ms. */
export function relayOfParts(now: number, parts: Map<string, Part>): RelayedResponse {
  const text = JSON.stringify({ now, channels: Object.fromEntries(parts) });
  return { status: 200, headers: [['Content-Type', 'application/json']], text };
}

/** Rebuilds the response. @throws TypeError where there was none, as `fetch` does */
export function responseOf(relay: Exclude<RelayedResponse, 'direct'>): Response {
  if ('failed' in relay) throw new TypeError(relay.failed);
  const { status, headers, text } = relay;
  return new Response(text, { status, headers });
}

/**
 * Whether one of several merged requests may have caused the error: an unknown channel, a bad cursor. An error of the
 * connection (token, overload) concerns all of them.
 */
export function mayBeOnes(relay: RelayedResponse): boolean {
  if (relay === 'direct' || 'failed' in relay) return false;
  const { status } = relay;
  return status >= 400 && status < 500 && ![401, 403, 408, 425, 429].includes(status);
}

/** The parts of a response that the leader uses. */
export interface PollAnswer {
  /** The server's time, ms. */
  now: number;
  /** Parts by channel. */
  parts: [string, Part][];
  /** True if the server asks its clients to pause. */
  pause: boolean;
  round: string | undefined;
}

/** Reads a response. Undefined for any other outcome, which the tabs handle themselves. */
export function readAnswer(relay: RelayedResponse): PollAnswer | undefined {
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
