import type { Address } from './connection.ts';
import { pageSources } from './registry.ts';

const SOURCES = 'lp-source, lp-dashboard[src]';

/** What a page may answer to a request for a source: a base URL as `src` would hold it. */
export interface SourceAnswer {
  url: string;
  credentials?: RequestCredentials | undefined;
}

/**
 * `lp-source-request`: an element asks its ancestors for a source. It bubbles and crosses shadow roots; a source calls
 * `callback` and stops it. It has the shape of the Context Community Protocol.
 */
export class LpSourceRequestEvent extends Event {
  /** As the protocol has it. */
  readonly context = 'lp-source';
  /** One response is enough. */
  readonly subscribe = false;
  /** Takes the response: `{ url: '/lp' }`. */
  readonly callback: (answer: SourceAnswer) => void;

  constructor(callback: (answer: SourceAnswer) => void) {
    super('lp-source-request', { bubbles: true, composed: true });
    this.callback = callback;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'lp-source-request': LpSourceRequestEvent;
  }
}

/**
 * Returns the base URL of the server that the bundle came from, else `/lp` on the document's origin. A bundle is recognised
 * by its file names: `kit.js`, `kit-chunk-AB12CD34.js`.
 */
export function defaultUrl(moduleUrl: string = import.meta.url): string {
  const path = moduleUrl.replace(/[?#].*$/, '');
  return /^(.*)\/kit(?:-[\w-]+-[A-Z0-9]{8})?\.js$/.exec(path)?.[1] ?? '/lp';
}

/** An absolute http(s) address, without query, hash and last slash; undefined for anything else. */
export function parseAddress({ url, credentials }: SourceAnswer): Address | undefined {
  let absolute: URL;
  try {
    absolute = new URL(url, document.baseURI);
  } catch {
    return undefined;
  }
  if (!/^https?:$/.test(absolute.protocol)) return undefined;
  const path = absolute.pathname.replace(/\/+$/, '');
  return { url: absolute.origin + path, credentials: parseCredentials(credentials) };
}

/** `same-origin` for an absent or unknown word. */
export function parseCredentials(word: string | null | undefined): RequestCredentials {
  return word === 'include' || word === 'omit' ? word : 'same-origin';
}

/** How an address was found; `page` and `default` may still change while the document is being parsed. */
export interface Resolved {
  by: 'src' | 'ancestor' | 'page' | 'default';
  /** Undefined where the URL is invalid. */
  address: Address | undefined;
}

/**
 * Resolves the source of an element: its own `src`; the nearest enclosing source; the first source of the document; the
 * default. Sources that are not upgraded yet count by their attributes.
 */
export function resolveAddress(element: Element, src?: string): Resolved {
  if (src) return { by: 'src', address: withPageCredentials(parseAddress({ url: src })) };
  const enclosing = enclosingAddress(element);
  if (enclosing) return { by: 'ancestor', address: enclosing };
  const first = firstSource(element);
  if (first) return { by: 'page', address: addressOf(first) };
  return { by: 'default', address: parseAddress({ url: defaultUrl() }) };
}

/** Returns the address of the nearest enclosing source, through shadow roots; undefined if there is none. */
export function enclosingAddress(element: Element): Address | undefined {
  const answer = ask(element);
  if (answer) return parseAddress(answer);
  const enclosing = enclosingSource(element);
  return enclosing && addressOf(enclosing);
}

function ask(element: Element): SourceAnswer | undefined {
  let answer: SourceAnswer | undefined;
  element.dispatchEvent(
    new LpSourceRequestEvent((given) => {
      answer ??= given;
    }),
  );
  return answer;
}

// For sources that cannot answer the event because their script has not run yet.
function enclosingSource(element: Element): Element | undefined {
  for (let at = parentOf(element); at; at = parentOf(at)) {
    if (at instanceof Element && at.matches(SOURCES)) return at;
  }
  return undefined;
}

const parentOf = (node: Node): Node | null =>
  (node instanceof Element ? node.assignedSlot : null) ??
  node.parentNode ??
  (node instanceof ShadowRoot ? node.host : null);

function firstSource(element: Element): Element | undefined {
  const own = (source: Element): boolean => source !== element && source.isConnected;
  const inDocument = [...document.querySelectorAll('lp-source')].find(own);
  return inDocument ?? pageSources().find((source) => own(source) && source.matches('lp-source'));
}

function addressOf(source: Element): Address | undefined {
  if ('address' in source) return source.address as Address | undefined;
  const url = source.getAttribute('src') ?? defaultUrl();
  const credentials = parseCredentials(source.getAttribute('credentials'));
  return parseAddress({ url, credentials });
}

// A widget that names its server itself still belongs to the page's source of that server, cookies and all.
function withPageCredentials(address: Address | undefined): Address | undefined {
  const same = pageSources().find((source) => source.address?.url === address?.url);
  return same?.address ?? address;
}
