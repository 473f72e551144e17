/**
 * Returns one object per page, even when two copies of the kit are loaded. The name carries a version: raise it when the
 * object's shape changes, so that incompatible copies do not share it.
 */
export function pageWide<T>(name: string, make: () => T): T {
  const page = globalThis as { [name: symbol]: unknown };
  return (page[Symbol.for(name)] ??= make()) as T;
}
