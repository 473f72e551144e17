import { ProtocolError, shown } from '../../protocol/lp1.ts';
import { isDeeperThan, isRecord, MAX_DEPTH } from './body.ts';
import type { Collector } from './collector.ts';
import { channelOf } from './series.ts';

/** A widget's document, and the token that it carries. */
export interface Widget {
  token: string | undefined;
  data: Record<string, unknown>;
}

/** The body of `POST /widgets/{id}`, less its `auth_token`. @throws ProtocolError `bad-request` */
export function parseWidget(body: unknown): Widget {
  if (!isRecord(body))
    throw new ProtocolError('bad-request', `${shown(body)} is not a JSON object`);
  if (isDeeperThan(body, MAX_DEPTH)) {
    throw new ProtocolError('bad-request', `nested deeper than ${MAX_DEPTH}`);
  }
  const { auth_token: token, ...data } = body;
  return { token: typeof token === 'string' ? token : undefined, data };
}

/** Adds a widget's document as one entry; documents are not merged. */
export function addWidget(id: string, data: Record<string, unknown>, collector: Collector): void {
  collector.event({ channel: channelOf(collector.options.prefix, id).channel, data });
}
