import type { DataStatus } from '../../data/data-status.ts';
import { ageText } from '../../format/format-moment.ts';
import type { Words } from '../../locale/messages.ts';
import type { ShownError } from '../../locale/error-text.ts';
import { refusedBetween, errorText } from '../../locale/error-text.ts';

/** The facts that determine the message of a card. */
export interface StatementFacts {
  status: DataStatus;
  held: boolean;
  /** True if loading takes long. */
  slow: boolean;
  name: string;
  channel: string;
  error: ShownError | undefined;
  words: Words;
  /** Name of the chosen series, if the channel has others but not this one. */
  missing?: string | undefined;
  /** Time by which the first data are ahead of the server's clock, as text: "in 1 hr." */
  dueIn?: string | undefined;
}

/** Returns the message beside or in place of the value, and whether the viewer can retry. */
export function statement(facts: StatementFacts): { message: string; canRetry: boolean } {
  const { status, error } = facts;
  const isProblem = status === 'error' || status === 'denied';
  return { message: messageOf(facts), canRetry: isProblem && !isOwnFault(error) };
}

/** A retry does not help against an error of the page itself, nor against data of another shape. */
const OWN_FAULTS = ['bad-channel', 'bad-source', 'several-series', 'unreadable', 'no-numbers'];
const isOwnFault = (error: StatementFacts['error']): boolean =>
  OWN_FAULTS.includes(error?.code ?? '');

function messageOf(facts: StatementFacts): string {
  const { status, held, slow, channel, error, words } = facts;
  if (status === 'denied') return words.signIn;
  if (status === 'error') return errorText(error, channel, words);
  const between = status === 'offline' ? refusedBetween(error, words) : undefined;
  if (between !== undefined && !held) return between;
  if (held) return '';
  if (status === 'idle') return words.noChannel;
  if (status === 'empty') return emptyText(facts);
  if (status === 'loading') return slow ? words.waitingForData : '';
  return status === 'paused' ? words.paused : words.waitingForData;
}

function emptyText({ name, missing, dueIn, words }: StatementFacts): string {
  if (dueIn !== undefined) return words.firstData(dueIn);
  return missing === undefined ? words.noData(name) : words.noSeries(missing);
}

/** The facts from which the text about the age is made. */
export interface AgeFacts {
  status: DataStatus;
  /** True if the value is past its age limit. */
  old: boolean;
  /** undefined = no data. */
  ageMs: number | undefined;
  waiting: number;
  words: Words;
  language: string;
}

/**
 * Returns the age of the shown data, or the number of waiting updates. If the chip shows that they are old, only the age.
 */
export function ageLine({ status, old, ageMs, waiting, words, language }: AgeFacts): string {
  if (status === 'paused' && waiting > 0) return words.updatesWaiting(waiting);
  if (ageMs === undefined) return '';
  if (!old && status !== 'offline' && ageMs < 5000) return words.updatedNow;
  const age = ageText(-Math.max(0, ageMs), language);
  return old || status === 'offline' ? age : words.updated(age);
}
