import type { Entry, Json } from '../../protocol/lp1.ts';
import { LpCommandEvent } from '../data/events.ts';
import { isRecord } from '../data/payload.ts';
import type { Connection } from './connection.ts';

/** The channel that a source with `allow-commands` listens to. */
export const COMMAND_CHANNEL = 'command';

/** Passes the operator's commands to the page as `lp-command`; `reload` reloads it unless prevented. Returns the function that ends this. */
export function obeyCommands(connection: Connection, source: EventTarget): () => void {
  return connection.subscribe(COMMAND_CHANNEL, ({ reset, entries }) => {
    if (reset) return; // the history's commands were meant for pages that were open then
    for (const entry of entries) obey(entry, source);
  });
}

function obey({ d }: Entry, source: EventTarget): void {
  const command = d === undefined ? undefined : commandOf(d);
  if (d === undefined || !command) return;
  const accepted = source.dispatchEvent(new LpCommandEvent(command, d));
  if (accepted && command === 'reload') location.reload();
}

// `event` is Smashing's word for it.
function commandOf(payload: Json): string | undefined {
  const named = isRecord(payload) ? (payload['command'] ?? payload['event']) : payload;
  return typeof named === 'string' ? named : undefined;
}
