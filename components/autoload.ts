import { takeRenderedProps } from './rendered-props.ts';
import { define } from './shared/define.ts';
import { eventually } from './shared/lazy-import.ts';

/**
 * Loads an element's class. If it rejects it is called again, at once: it must wait by itself before it retries (see
 * shared/lazy-import.ts).
 */
export type ElementLoader = () => Promise<CustomElementConstructor>;

/** Options of `autoload`. */
export interface AutoloadOptions {
  /** No element is defined before this promise resolves: the words of the page's language. It must not reject. */
  ready?: Promise<unknown>;
  /** Other elements that an element's own shadow root contains, by its tag: loaded together with it. */
  needs?: Readonly<Record<string, readonly string[]>>;
}

/** Loads elements by tag; resolves when they are defined. Ignores tags that are not of the kit. */
export type Load = (...tags: string[]) => Promise<void>;

/** Elements through which others find their connection; they are defined first. */
const SOURCES = ['lp-source', 'lp-dashboard'];

/**
 * Loads each element's code when its tag appears in the document, also later and inside open shadow roots. Elements that
 * appear together are loaded in parallel and defined in one turn: one layout, one poll. Tags in closed shadow roots are
 * not seen, nor tags in a root that an element attaches long after it was connected: use the returned function for these.
 */
export function autoload(
  loaders: Readonly<Record<string, ElementLoader>>,
  { ready, needs = {} }: AutoloadOptions = {},
): Load {
  const asked = new Map<string, Promise<void>>();
  let before = ready;

  const load: Load = async (...tags) => {
    const wanted = tags.flatMap((tag) => [tag, ...(needs[tag] ?? [])]);
    const fresh = Object.entries(loaders)
      .filter(([tag]) => wanted.includes(tag) && !asked.has(tag))
      .sort(([a], [b]) => Number(SOURCES.includes(b)) - Number(SOURCES.includes(a)));
    const classes = fresh.map(([, loader]) => loader());
    const together = Promise.all([before, Promise.allSettled(classes)]);
    if (fresh.some(([tag]) => SOURCES.includes(tag))) before = together;
    for (const [i, coming] of classes.entries()) {
      const [tag] = fresh[i] as [string, ElementLoader];
      asked.set(tag, bring(tag, coming, together));
    }
    await Promise.all(wanted.flatMap((tag) => asked.get(tag) ?? []));
  };

  async function bring(
    tag: string,
    coming: Promise<CustomElementConstructor>,
    together: Promise<unknown>,
  ): Promise<void> {
    await together;
    define(tag, await coming.catch(() => eventually(loaders[tag] as ElementLoader)));
  }

  watchTags(new Set(Object.keys(loaders)), (tags) => void load(...tags));
  return load;
}

/** Calls `onTags` with the wanted tags in the document that are not defined yet: at once, and whenever some appear. */
function watchTags(wanted: Set<string>, onTags: (tags: string[]) => void): void {
  const seen = new WeakSet<Node>();
  const foreign = new Set<string>();
  const observer = new MutationObserver((records) =>
    look(records.flatMap(({ addedNodes }) => [...addedNodes])),
  );

  function look(nodes: Node[]): void {
    const tags = new Set<string>();
    for (const element of everyElement(nodes)) {
      const { localName, shadowRoot } = element;
      if (shadowRoot && !seen.has(shadowRoot)) watch(shadowRoot);
      if (!localName.includes('-') || customElements.get(localName)) continue;
      if (wanted.has(localName)) {
        tags.add(localName);
        void customElements.whenDefined(localName).then(() => takeRenderedProps(element));
      } else waitFor(localName);
    }
    if (tags.size > 0) onTags([...tags]);
  }

  function watch(root: Document | ShadowRoot): void {
    seen.add(root);
    observer.observe(root, { childList: true, subtree: true });
  }

  // Another library's element attaches its shadow root when it is defined, which no observer reports.
  function waitFor(tag: string): void {
    if (foreign.has(tag)) return;
    foreign.add(tag);
    void customElements.whenDefined(tag).then(() => look([document]));
  }

  watch(document);
  look([document]);
}

/** The elements at and below the nodes, through open shadow roots. */
function* everyElement(nodes: Iterable<Node>): Generator<Element> {
  for (const node of nodes) {
    if (node instanceof Element) yield* withShadow(node);
    if (node instanceof Element || node instanceof Document || node instanceof ShadowRoot)
      for (const element of node.querySelectorAll('*')) yield* withShadow(element);
  }
}

function* withShadow(element: Element): Generator<Element> {
  yield element;
  if (element.shadowRoot) yield* everyElement([element.shadowRoot]);
}
