import assert from 'node:assert/strict';
import type { LiveClientOptions, Update } from '../../components/client/index.ts';
import { initial } from './scripted-client.ts';
import type { Exchange } from './scripted-network.ts';
import type { ScriptedTab, ScriptedTabs } from './scripted-tabs.ts';

export interface Listening extends ScriptedTab {
  told: Update[];
}

/** A tab that has received two versions of each of its channels, and now waits for updates. */
export async function holding(
  { tab, time }: ScriptedTabs,
  names: string[],
  options?: LiveClientOptions,
): Promise<Listening> {
  const opened = tab(options);
  const told = names.map((name) => opened.listen(name))[0] as Update[];
  const first = await opened.net.next();
  assert.equal(first.param('wait'), '0');
  first.answer(Object.fromEntries(names.map((name) => [name, initial(2)])));
  await time.advance(200);
  return { ...opened, told };
}

/** The one request of all tabs. */
export function only({ open }: ScriptedTabs): Exchange {
  const [exchange, ...others] = open();
  assert(exchange, 'a request is held');
  assert.deepEqual(others.map(shown), []);
  return exchange;
}

const shown = ({ url }: Exchange): string => url.search;
/** Returns the queries of all requests. */
export const questions = ({ open }: ScriptedTabs): string[] =>
  open()
    .map(shown)
    .map((search) => decodeURIComponent(search));
