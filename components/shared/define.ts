import { readoptStyles } from './adopted-styles.ts';

/**
 * Defines an element once. A second copy of the kit on the page keeps the first one's class and logs both versions, because
 * a silent mix is hard to find. Does nothing if there are no custom elements. A server that renders pages may load the kit once
 * for each of its bundles (Next.js): it logs nothing.
 */
export function define(tag: string, element: CustomElementConstructor): void {
  const registry = globalThis.customElements;
  if (!registry) return;
  const present = registry.get(tag);
  if (present === element) return;
  if (!present) {
    // Before it is defined: the registry looks the callbacks up then.
    const prototype = element.prototype as { adoptedCallback?: () => void };
    prototype.adoptedCallback ??= function adopted(this: Element): void {
      readoptStyles(this);
    };
    registry.define(tag, element);
  } else if (globalThis.document)
    console.warn(
      `lp-kit: <${tag}> is already defined by version ${versionOf(present)}, so this copy (version ${versionOf(element)}) does not define it: load the kit once`,
    );
}

const versionOf = (element: CustomElementConstructor): string =>
  (element as { version?: string }).version ?? 'unknown';
