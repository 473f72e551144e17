import { define } from './shared/define.ts';

/** Brings an element's class. */
export type ElementLoader = () => Promise<CustomElementConstructor>;

export interface AutoloadOptions {
  /** No element is defined before this resolves: the words of the page's language. Must not reject. */
  ready?: Promise<unknown>;
  /** What an element's own shadow root holds, by its tag: comes with it. */
  needs?: Readonly<Record<string, readonly string[]>>;
  /** After which a load that failed is tried again. Default 10 s. */
  retryMs?: number;
}

/** Loads elements by tag; resolves when they are defined. Tags that are none of the kit's are passed over. */
export type Load = (...tags: string[]) => Promise<void>;

/** By these the others find their connection, so they are defined before them. */
const SOURCES = ['lp-source', 'lp-dashboard'];

/**
 * Loads each element's code when its tag comes into the document, also late and inside open shadow roots. All that is wanted
 * at once is loaded at once and defined in one turn: one layout, one poll. Not seen are tags in closed shadow roots, and in
 * roots that an element opens long after it came: ask for these by the function that is returned.
 */
export function autoload(
  loaders: Readonly<Record<string, ElementLoader>>,
  { ready, needs = {}, retryMs = 10_000 }: AutoloadOptions = {},
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
    try {
      define(tag, await coming);
    } catch (error) {
      // A server that restarts between kit.js and this must not leave a hole on a wall that nobody reloads.
      console.warn(`lp-kit: <${tag}> could not be loaded; next try in ${retryMs} ms`, error);
      await new Promise((resolve) => setTimeout(resolve, retryMs));
      asked.delete(tag);
      await load(tag);
    }
  }

  watchTags(new Set(Object.keys(loaders)), (tags) => void load(...tags));
  return load;
}

/** Tells of the document's tags that are wanted and not defined, now and whenever some come. */
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
      if (wanted.has(localName)) tags.add(localName);
      else waitFor(localName);
    }
    if (tags.size > 0) onTags([...tags]);
  }

  function watch(root: Document | ShadowRoot): void {
    seen.add(root);
    observer.observe(root, { childList: true, subtree: true });
  }

  // Another library's element opens its shadow root when it is defined, which nothing else tells.
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
