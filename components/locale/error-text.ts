import type { Words } from './messages.ts';

/** An error as a widget shows it: its code, and the details that the text needs. */
export type ShownError = Error & { code?: string; detail?: string; status?: number | undefined };

/** Returns the text for a request that was refused by something between page and server; undefined for other errors. */
export const refusedBetween = (error: ShownError | undefined, words: Words): string | undefined =>
  error?.code === 'intermediary' ? words.refusedBetween(error.status ?? 0) : undefined;

/** Returns the text of an error for the viewer. */
export function errorText(error: ShownError | undefined, channel: string, words: Words): string {
  if (error?.code === 'bad-channel') return words.badChannel(channel);
  if (error?.code === 'bad-source') return words.badSource;
  if (error?.code === 'several-series') return words.severalSeries(Number(error.detail));
  if (error?.code === 'unreadable') return words.cannotRead(error.detail ?? '');
  if (error?.code === 'no-numbers') return words.chartNoNumbers(error.detail ?? '');
  if (error?.code === 'not-loaded') return words.chartNotLoaded;
  return error?.name === 'ClientError' ? words.refused : words.cannotShow;
}
