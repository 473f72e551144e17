import type { ChannelInfo } from '../stores/store.ts';
import { ProtocolError } from '../../protocol/lp1.ts';

/** The part of the list of channels that is requested. */
export interface ListQuery {
  /** Only names that begin with this text. */
  prefix: string;
  /** Only names after this one, by character code. */
  after: string;
  /** Maximum number of channels, with `more` if there are others; undefined: all, in any order. */
  limit: number | undefined;
}

/** Largest `limit`. */
const MOST_LISTED = 10_000;

/** Parses the query of `GET /channels`. @throws ProtocolError `bad-request` */
export function parseListQuery(search: string): ListQuery {
  const query = new URLSearchParams(search);
  const text = query.get('limit');
  const limit = text === null ? undefined : Number(text);
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= MOST_LISTED))
    throw new ProtocolError(
      'bad-request',
      `limit=${text}: use a whole number from 1 to ${MOST_LISTED}`,
    );
  return { prefix: query.get('prefix') ?? '', after: query.get('after') ?? '', limit };
}

/** Returns the channels of a query; with `limit`, sorted by name, and whether more follow. */
export function listPage(
  channels: readonly ChannelInfo[],
  { prefix, after, limit }: ListQuery,
): { channels: ChannelInfo[]; more?: true } {
  const found = channels.filter(({ name }) => name.startsWith(prefix) && name > after);
  if (limit === undefined) return { channels: found };
  found.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { channels: found.slice(0, limit), ...(found.length > limit && { more: true }) };
}
