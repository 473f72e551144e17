/**
 * Language and time zone from the document: those of the nearest ancestor that sets them, through
 * shadow roots.
 */
import { timeZoneIn } from '../format/format-options.ts';

const NAMES = ['lang', 'dir', 'time-zone'];

/** Returns the nearest value of an attribute, from the element upwards; undefined if there is none. */
export function nearest(element: Element, attribute: string): string | undefined {
  for (let at: Element | null = element; at; ) {
    const found: Element | null = at.closest(`[${attribute}]`);
    if (found) return found.getAttribute(attribute) || undefined;
    const root: Node = at.getRootNode();
    at = root instanceof ShadowRoot ? root.host : null;
  }
  return undefined;
}

/**
 * The BCP 47 tag to use: own or inherited `lang`, otherwise the browser's. An invalid one counts as
 * none.
 */
export function languageOf(element: Element): string {
  return known(nearest(element, 'lang')) ?? known(globalThis.navigator?.language) ?? 'en';
}

/** An IANA name from `time-zone`; undefined = the browser's own. */
export function timeZoneOf(element: Element): string | undefined {
  return timeZoneIn({ timeZone: nearest(element, 'time-zone') });
}

const listeners = new Set<() => void>();
let seen = new WeakSet<Node>();
let observer: MutationObserver | undefined;

/**
 * Calls the listener when `lang`, `dir` or `time-zone` change anywhere above the element. Returns a
 * function that removes the listener.
 */
export function watchLocale(element: Element, listener: () => void): () => void {
  observer ??= new MutationObserver(() => {
    for (const each of listeners) each();
  });
  for (let node: Node = element; ; ) {
    const root = node.getRootNode();
    if (!seen.has(root)) {
      seen.add(root);
      observer.observe(root, { attributes: true, attributeFilter: NAMES, subtree: true });
    }
    if (!(root instanceof ShadowRoot)) break;
    node = root.host;
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    observer?.disconnect();
    observer = undefined;
    seen = new WeakSet();
  };
}

/**
 * Also accepts names of POSIX locales, which servers often write into `lang`: `en_GB.UTF-8`,
 * `zh_Hant_TW`, `de_DE@euro`.
 */
function known(tag: string | undefined): string | undefined {
  const plain = tag
    ?.trim()
    .replace(/[.@].*$/, '')
    .replaceAll('_', '-');
  if (!plain) return undefined;
  try {
    return Intl.getCanonicalLocales(plain)[0];
  } catch {
    return undefined;
  }
}
