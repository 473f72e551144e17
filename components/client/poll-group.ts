import type { Channel } from './channel.ts';
import { ClientError, verdictOf } from './client-error.ts';
import { fitsOnePoll } from './connection-limits.ts';
import { type CheckedAnswer, parseAnswer } from './parse-answer.ts';
import { type PollAttempt, type Outcome, Poll, type PollOptions } from './poll.ts';
import { requestJson, type Wire } from './request.ts';

/** Options of `PollGroup`. */
export interface PollGroupOptions extends Omit<PollOptions, 'ask' | 'judge'> {
  wire: Wire;
  /** Resolves when this poll may use a connection, until `signal` aborts. */
  turn: (signal: AbortSignal) => Promise<void>;
  /**
   * Called with every good response; false if a cache repeats it in the server's place. `ageMs` is its `Age`. `latencyMs`
   * is given if the server had no reason to hold the poll.
   */
  onAnswer: (answer: CheckedAnswer, ageMs: number, latencyMs: number | undefined) => boolean;
  /** Returns whether responses may still be applied: the client is neither paused nor closed. */
  taking: () => boolean;
}

/** The channels of one poll: at most 100, and as many as a URL can name. */
export class PollGroup {
  readonly poll: Poll;
  readonly channels: Map<string, Channel> = new Map();
  readonly #options: PollGroupOptions;
  #round: string | undefined;
  /** Query of the running request. */
  #asked: string | undefined;
  #cursorsDropped = false;
  /** True if every channel was refused; another one may still be allowed. */
  #allDenied = false;

  constructor(options: PollGroupOptions) {
    this.#options = options;
    this.poll = new Poll({
      ...options,
      ask: (asking) => this.#request(asking),
      judge: (error) => this.#judge(error),
    });
  }

  hasRoomFor({ name }: Channel): boolean {
    return fitsOnePoll(this.#options.wire.base, [...this.channels.keys(), name]);
  }

  /**
   * Replaces the running request if channels were added, removed, or dropped their cursor, unless its query is right
   * already.
   */
  change(): void {
    if (this.#active().length === 0) return;
    if (this.#allDenied) {
      this.#allDenied = false;
      this.poll.restart();
      return;
    }
    const unsent = this.#asked === undefined;
    if (this.poll.asking && (unsent || this.#asked === this.#question())) return;
    this.poll.change();
  }

  /** Polls again, also for the channels that the server has refused. */
  restart(): void {
    for (const channel of this.channels.values()) channel.stopped = undefined;
    this.#cursorsDropped = false;
    this.poll.restart();
  }

  async #request({ waitSeconds, signal }: PollAttempt): Promise<Outcome> {
    const { wire, turn, now, onAnswer, taking } = this.#options;
    let askedAt = 0;
    let held = true;
    this.#asked = undefined;
    const path = (): string => {
      const question = this.#question();
      this.#asked = question;
      askedAt = now();
      held = waitSeconds > 0 && !this.#active().some((channel) => channel.cursor === '');
      const round = this.#round === undefined ? '' : `&round=${this.#round}`;
      return `${question}&wait=${waitSeconds}${round}`;
    };
    await turn(signal);
    const { body, ageMs } = await requestJson(wire, { path, signal });
    const answer = parseAnswer(body);
    if (!taking()) return { progress: false, more: false, pauseMs: 0 };
    const late = signal.aborted;
    if (!late) this.#round = answer.round;
    this.#cursorsDropped = false;
    const fresh = onAnswer(answer, ageMs, held ? undefined : now() - askedAt);
    const outcome = this.#take(answer);
    this.#allDenied = this.channels.size > 0 && this.#active().length === 0;
    if (this.#allDenied) throw denied(''); // no channel is left to request
    if (late) this.change(); // it may have moved a cursor of the running request
    if (!fresh) throw frozenClock(answer);
    return outcome;
  }

  #take({ parts, more, pauseMs }: CheckedAnswer): Outcome {
    let progress = false;
    let again = false;
    for (const [name, part] of parts) {
      if (part.denied) {
        progress = this.#deny(name, part.from) || progress;
        continue;
      }
      if (!this.channels.get(name)?.take(part, more)) continue;
      progress = true;
      again ||= part.reset !== undefined && part.reset !== 'initial';
    }
    for (const channel of this.#active())
      if (!more || !(parts.has(channel.name) || channel.isCut)) channel.caughtUp();
    // A server that resets in every response must not cause a fast loop, even if it says that more follows.
    return { progress, more: more && !again, pauseMs };
  }

  /** Returns whether the channel was requested from this cursor. */
  #deny(name: string, from: string): boolean {
    const channel = this.channels.get(name);
    if (!channel?.isAt(from) || channel.stopped) return false;
    channel.deny(denied(name));
    return true;
  }

  #judge(error: ClientError): 'again' | 'retry' | 'denied' | 'stopped' {
    switch (verdictOf(error)) {
      case 'deny':
        return 'denied';
      case 'drop-cursors':
        return this.#dropCursors() ? 'again' : 'stopped';
      case 'stop-channel':
        return this.#stopChannel(error) ? 'again' : 'stopped';
      case 'stop':
        return 'stopped';
      default:
        return 'retry';
    }
  }

  /** Drops all cursors, once: it would not help to repeat that with a server that refuses empty cursors too. */
  #dropCursors(): boolean {
    if (this.#cursorsDropped) return false;
    this.#cursorsDropped = true;
    for (const channel of this.channels.values()) channel.cursor = '';
    return true;
  }

  /** Returns whether the error names a channel of this poll, and others are left to request. */
  #stopChannel(error: ClientError): boolean {
    const active = this.#active();
    const only = active.length === 1 ? active[0] : undefined;
    const channel = active.find(({ name }) => name === error.channel) ?? only;
    if (!channel) return false;
    channel.stopped = error;
    return active.length > 1;
  }

  #active(): Channel[] {
    return [...this.channels.values()].filter((channel) => !channel.stopped);
  }

  /**
   * Returns the query string. Names and cursors need no escaping; clients of the same channels request the same URL.
   */
  #question(): string {
    const active = this.#active().toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const since = active.map((channel) => channel.place);
    return (
      `/poll?channels=${active.map((channel) => channel.name).join(',')}` +
      (since.some(Boolean) ? `&since=${since.join(',')}` : '')
    );
  }
}

const denied = (channel: string): ClientError =>
  new ClientError('forbidden', `These headers may not read ${channel || 'any of the channels'}`, {
    status: 403,
    ...(channel && { channel }),
  });

const frozenClock = ({ now }: CheckedAnswer): ClientError =>
  new ClientError(
    'frozen-clock',
    `Responses repeat the server time ${new Date(now).toISOString()}: a cache answers in the server's place`,
  );
