import type { AnswerLimit, PartText } from './hub/answer.ts';
import type { Group } from './hub/watched-channel.ts';

const NONE: PartText[] = [];

/**
 * What the channels of a group have past its cursors, in words; empty where all stand still. At once where the store
 * answers at once: then looking for news and starting to wait are one synchronous step.
 */
export function newsFor(group: Group, limit: AnswerLimit): PartText[] | Promise<PartText[]> {
  const { channels, query } = group;
  if (channels.every((channel, i) => channel.isAt(query.from[i] as string))) return NONE;
  const unready = channels.flatMap((channel) => channel.starting ?? []);
  if (unready.length > 0) return Promise.all(unready).then(() => newsFor(group, limit));
  const parts = channels.flatMap((channel, i) => {
    const from = query.from[i] as string;
    if (channel.isAt(from)) return [];
    return [channel.part(from, query.since[i], { ...limit, tail: query.tail })];
  });
  const waits = parts.some((part) => part instanceof Promise);
  return waits ? Promise.all(parts.map(async (part) => part)) : (parts as PartText[]);
}
