import type { Address } from './connection.ts';
import { Connection } from './connection.ts';
import { connections, keyOf } from './registry.ts';

/** Returns the page's one connection to an address. Call `hold` at once: otherwise it never ends. */
export function connectionTo(address: Address): Connection {
  const all = connections();
  const key = keyOf(address);
  const present = all.get(key);
  if (present) return present;
  const connection = new Connection(address, () => all.delete(key));
  all.set(key, connection);
  return connection;
}
