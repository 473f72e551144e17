import { ProtocolError, shown } from '../../protocol/lp1.ts';
import { isDeeperThan, isRecord, MAX_DEPTH } from './body.ts';
import type { Collector } from './collector.ts';
import { channelOf } from './series.ts';

/** A widget's document, and the token that was sent in it. */
export interface Widget {
  token: string | undefined;
  data: Record<string, unknown>;
}

/** Reads the body of `POST /widgets/{id}` and separates its `auth_token`. @throws ProtocolError `bad-request` */
export function parseWidget(body: unknown): Widget {
  if (!isRecord(body))
    throw new ProtocolError('bad-request', `the body must be a JSON object, not ${shown(body)}`);
  if (isDeeperThan(body, MAX_DEPTH)) {
    throw new ProtocolError('bad-request', `the body is nested deeper than ${MAX_DEPTH} levels`);
  }
  const { auth_token: token, ...data } = body;
  return { token: typeof token === 'string' ? token : undefined, data };
}

/** Adds a widget's document as one entry. It is not merged with earlier documents. */
export function addWidget(id: string, data: Record<string, unknown>, collector: Collector): void {
  collector.event({ channel: channelOf(collector.options.prefix, id).channel, data });
}
