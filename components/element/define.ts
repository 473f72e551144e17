import { VERSION } from './version.ts';

/**
 * Defines an element once. A second copy of the kit on the page keeps the first one's class and says so, with both
 * versions, because a silent mix is hard to find. Does nothing where there are no custom elements (server rendering).
 */
export function define(tag: string, element: CustomElementConstructor): void {
  const registry = globalThis.customElements;
  if (!registry) return;
  const present = registry.get(tag) as
    | (CustomElementConstructor & { version?: string })
    | undefined;
  if (present === element) return;
  if (!present) {
    registry.define(tag, element);
    return;
  }
  console.warn(
    `lp-kit: <${tag}> is defined already, by version ${present.version ?? 'unknown'}; this copy, version ${VERSION}, leaves it so`,
  );
}
