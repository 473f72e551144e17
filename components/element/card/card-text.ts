import type { DataStatus } from '../../data/data-status.ts';
import { ageText } from '../../format/format-moment.ts';
import type { Words } from '../../locale/messages.ts';

export interface StatementFacts {
  status: DataStatus;
  held: boolean;
  /** Loading takes long. */
  slow: boolean;
  name: string;
  channel: string;
  error: (Error & { code?: string }) | undefined;
  words: Words;
}

/** What a card says beside or in place of its value, and whether the viewer can do something about it. */
export function statement(facts: StatementFacts): { message: string; canRetry: boolean } {
  const { status, error } = facts;
  const isTrouble = status === 'error' || status === 'denied';
  return { message: messageOf(facts), canRetry: isTrouble && !isOwnFault(error) };
}

// An address that is none stays so, however often it is tried.
const isOwnFault = (error: StatementFacts['error']): boolean =>
  error?.code === 'bad-channel' || error?.code === 'bad-source';

function messageOf({ status, held, slow, name, channel, error, words }: StatementFacts): string {
  if (status === 'denied') return words.signIn;
  if (status === 'error') return troubleOf(error, channel, words);
  if (held) return '';
  if (status === 'idle') return words.noChannel;
  if (status === 'empty') return words.noData(name);
  if (status === 'loading') return slow ? words.waitingForData : '';
  return status === 'paused' ? words.paused : words.waitingForData;
}

function troubleOf(error: StatementFacts['error'], channel: string, words: Words): string {
  if (error?.code === 'bad-channel') return words.badChannel(channel);
  if (error?.code === 'bad-source') return words.badSource;
  return error?.name === 'ClientError' ? words.refused : words.cannotShow;
}

export interface AgeFacts {
  status: DataStatus;
  /** Past its limit. */
  old: boolean;
  /** undefined = no data. */
  ageMs: number | undefined;
  waiting: number;
  words: Words;
  language: string;
}

/** The footer's line: how old what we see is, or what waits. */
export function ageLine({ status, old, ageMs, waiting, words, language }: AgeFacts): string {
  if (status === 'paused' && waiting > 0) return words.updatesWaiting(waiting);
  if (ageMs === undefined) return '';
  if (!old && status !== 'offline' && ageMs < 5000) return words.updatedNow;
  const age = ageText(-Math.max(0, ageMs), language);
  return old || status === 'offline' ? words.lastData(age) : words.updated(age);
}
