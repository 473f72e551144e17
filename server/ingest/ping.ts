import { ProtocolError, shown } from '../../protocol/lp1.ts';
import { finite } from './body.ts';
import type { Collector } from './collector.ts';
import { levelOf } from './level-word.ts';
import { parseTime } from './time.ts';

/** Maximum of characters of a ping's text; the rest is cut off. */
const MAX_TEXT = 10_000;

/**
 * Adds a ping from its query: `status` or `state`, `value` or `ping`, `msg` or `text`, `level`, `time`. Without any of them
 * the entry is `{"status":"up"}`. @throws ProtocolError `bad-request`
 */
export function addPing(channel: string, query: URLSearchParams, collector: Collector): void {
  const field = (...names: string[]): string | undefined => {
    for (const name of names) {
      const value = query.get(name);
      if (value !== null && value !== '') return value.slice(0, MAX_TEXT);
    }
    return undefined;
  };
  const status = field('status', 'state');
  const number = field('value', 'ping');
  const text = field('msg', 'text');
  const level = field('level');
  const time = field('time');
  const plain = status ?? number ?? text ?? level;
  collector.event({
    channel,
    t: time === undefined ? undefined : timeOf(time, collector.options.now),
    data: {
      ...((status !== undefined || plain === undefined) && { status: status ?? 'up' }),
      ...(number !== undefined && { value: numberOf(number) }),
      ...(text !== undefined && { text }),
      ...(level !== undefined
        ? { level: levelOf(level) }
        : isDown(status) && { level: 'critical' }),
    },
  });
}

const isDown = (status: string | undefined): boolean => /^(down|fail|error|0)$/i.test(status ?? '');

function numberOf(text: string): number | null {
  if (/^[+-]?(nan|inf(inity)?)$/i.test(text)) return null;
  const number = Number(text);
  if (text.trim() !== '' && !Number.isNaN(number)) return finite(number);
  throw new ProtocolError(
    'bad-request',
    `value ${shown(text)} is not a number: send a number, or leave value out`,
  );
}

function timeOf(text: string, now: number): number {
  const time = parseTime(text, now);
  if (typeof time === 'number') return time;
  throw new ProtocolError('bad-request', time);
}

/** Path segment after the token of a healthchecks ping; a number is an exit status. */
export type CheckSuffix = 'start' | 'fail' | 'log' | number | undefined;

/** Parses the segment: `start`, `fail`, `log`, an exit status of 0–255, or undefined; returns null for anything else. */
export function checkSuffix(segment: string | undefined): CheckSuffix | null {
  if (segment === undefined || segment === 'start' || segment === 'fail' || segment === 'log')
    return segment;
  return /^\d{1,3}$/.test(segment) && Number(segment) < 256 ? Number(segment) : null;
}

/** A ping of a job. */
export interface Check {
  channel: string;
  suffix: CheckSuffix;
  /** Body of the request: the job's output. */
  text: string;
  /** Time at which the job reported its start, in ms since 1970; undefined if the channel's last entry is not a start. */
  startedAt: number | undefined;
}

/** Adds a ping in the form of healthchecks: the start of a job, its end, or a message that it logs. */
export function addCheck({ channel, suffix, text, startedAt }: Check, collector: Collector): void {
  const failed = suffix === 'fail' || (typeof suffix === 'number' && suffix > 0);
  const ended = suffix !== 'start' && suffix !== 'log';
  const status = suffix === 'start' ? 'started' : failed ? 'down' : 'up';
  collector.event({
    channel,
    data: {
      ...(suffix !== 'log' && { status }),
      ...(text !== '' && { text: text.slice(0, MAX_TEXT) }),
      ...(failed && { level: 'critical' }),
      ...(typeof suffix === 'number' && { exit: suffix }),
      ...(ended &&
        startedAt !== undefined && { duration: (collector.options.now - startedAt) / 1_000 }),
    },
  });
}
