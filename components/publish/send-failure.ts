import type { Words } from '../locale/messages.ts';

/** Reasons why a message was not sent. `invalid`: the user can correct it. */
export interface SendFailure {
  kind: 'invalid' | 'failed';
  text: (words: Words) => string;
  /** The text of the error, as details. */
  detail?: string | undefined;
  /** Time of the next attempt that makes sense, in ms by this machine's clock. */
  retryAt?: number | undefined;
}

/** Checks a message before it is sent; undefined = valid. Lengths are counted as by `maxlength` of an input. */
export function messageFailure(
  text: string,
  maxLength: number | undefined,
): SendFailure | undefined {
  if (text.trim() === '') return { kind: 'invalid', text: (words) => words.publishBlank };
  const over = maxLength === undefined ? 0 : text.length - maxLength;
  if (over <= 0) return undefined;
  return { kind: 'invalid', text: (words) => words.publishTooLong(over) };
}

type Failure = Error & {
  code?: string;
  status?: number | undefined;
  retryAfterMs?: number | undefined;
};

/** Returns the text of a failure for the user. */
export function sendFailure(error: Failure, nowMs: number): SendFailure {
  const { message: detail, retryAfterMs } = error;
  const retryAt = retryAfterMs === undefined ? undefined : nowMs + retryAfterMs;
  return { kind: 'failed', text: textOf(error), detail, retryAt };
}

const NOT_REACHED = [
  'network',
  'deadline',
  'not-an-answer',
  'intermediary',
  'closed',
  'overloaded',
  'draining',
];
const TOO_LARGE = ['too-large', 'url-too-long'];

function textOf({ code = '', status = 0 }: Failure): SendFailure['text'] {
  if (code === 'bad-source') return (words) => words.badSource;
  if (status === 429) return (words) => words.publishTooMany;
  if (code === 'unauthorized') return (words) => words.publishSignIn;
  if (code === 'forbidden') return (words) => words.publishForbidden;
  if (TOO_LARGE.includes(code)) return (words) => words.publishTooLarge;
  if (NOT_REACHED.includes(code) || status >= 500) return (words) => words.publishNotReached;
  return (words) => words.publishRefused;
}
