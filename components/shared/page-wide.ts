/**
 * One thing per page, also when two copies of the kit are loaded. The name carries a version: raise it when the thing's
 * shape changes, so that copies which do not understand each other do not share.
 */
export function pageWide<T>(name: string, make: () => T): T {
  const page = globalThis as { [name: symbol]: unknown };
  return (page[Symbol.for(name)] ??= make()) as T;
}
