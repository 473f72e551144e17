import { countText, plural } from '../../../format/plural.ts';

const LANGUAGE = 'en';

/** English: the words of `lp-publish`. */
export const PUBLISH = {
  publishMessage: 'Message',
  publishAuthor: 'Your name',
  publishSend: 'Send',
  publishSending: 'Sending',
  publishSent: 'Sent.',
  publishBlank: 'Write something first',
  publishTooLong: (over: number): string =>
    plural(LANGUAGE, over, { one: '# character too long', other: '# characters too long' }),
  publishCount: (used: number, most: number): string =>
    `${countText(LANGUAGE, used)} of ${countText(LANGUAGE, most)} characters`,
  publishNotReached: 'Not sent: the server cannot be reached. Your text is kept.',
  publishTooMany: 'Not sent: too many messages in a short time. Your text is kept.',
  publishTryIn: (time: string): string => `Try again in ${time}`,
  publishSignIn: 'Not sent: sign in first. Your text is kept.',
  publishForbidden: 'Not sent: you may not write here. Your text is kept.',
  publishTooLarge: 'Not sent: this is too large. Your text is kept.',
  publishRefused: 'Not sent: the server refused it. Your text is kept.',
  publishWaits: 'Offline: sending is possible again once the connection is back',
};
