import type { DataStatus } from '../data/data-status.ts';
import type { Level } from '../data/levels.ts';
import type { Words } from '../locale/messages.ts';
import { pageWide } from '../shared/page-wide.ts';

/** Minimum time in ms between two announcements of the page. */
const APART_MS = 5000;
/** Time in ms for which announcements after the first are collected and made together with it. */
const GATHER_MS = 250;

/**
 * Returns the sentence for all names of a kind, in the order in which they came. It contains no number that changes
 * with time.
 */
export type Sentence = (names: string[]) => string;

/** Options of `Announcer`. */
export interface AnnouncerOptions {
  /** Announces politely. Default: `ariaNotify()` where it exists, else a hidden live region. */
  speak?: (text: string) => void;
  now?: () => number;
  after?: (ms: number, callback: () => void) => void;
}

/** Makes the polite announcements of the page: at most one in five seconds, with those of one kind merged. */
export class Announcer {
  #announce: (text: string) => void;
  #now: () => number;
  #after: (ms: number, callback: () => void) => void;
  #waiting = new Map<string, { kind: string; sentence: Sentence }>();
  #announcedAt = Number.NEGATIVE_INFINITY;
  #armed = false;

  constructor({
    speak = speakOnPage,
    now = Date.now,
    after = (ms, callback): void => void setTimeout(callback, ms),
  }: AnnouncerOptions = {}) {
    this.#announce = speak;
    this.#now = now;
    this.#after = after;
  }

  /**
   * Announces the sentence soon. Of one name only the last announcement counts; names of one kind are joined into one
   * sentence. Without a name (`''`) the kind is the name.
   */
  announce(kind: string, name: string, sentence: Sentence): void {
    const key = name || `\n${kind}`;
    this.#waiting.delete(key);
    this.#waiting.set(key, { kind, sentence });
    if (this.#armed) return;
    this.#armed = true;
    this.#after(Math.max(GATHER_MS, this.#announcedAt + APART_MS - this.#now()), () =>
      this.#flush(),
    );
  }

  /** Withdraws an announcement that was not made yet. Returns false if it was made. */
  withdraw(kind: string, name = ''): boolean {
    const key = name || `\n${kind}`;
    return this.#waiting.get(key)?.kind === kind && this.#waiting.delete(key);
  }

  #flush(): void {
    this.#armed = false;
    const kinds = new Map<string, { names: string[]; sentence: Sentence }>();
    for (const [key, { kind, sentence }] of this.#waiting) {
      const group = kinds.get(kind) ?? { names: [], sentence };
      if (!key.startsWith('\n')) group.names.push(key);
      kinds.set(kind, group);
    }
    this.#waiting.clear();
    if (kinds.size === 0) return;
    this.#announcedAt = this.#now();
    this.#announce([...kinds.values()].map(({ names, sentence }) => sentence(names)).join(' '));
  }
}

/** The page's announcer, shared by all copies of the kit. */
export const announcer = (): Announcer => pageWide('lp.announcer.v1', () => new Announcer());

let region: HTMLElement | undefined;

/** Adds the empty live region to the page: screen readers only read regions that existed before their content. */
export function prepareAnnouncements(): void {
  if (region?.isConnected || !document.body || 'ariaNotify' in document) return;
  region ??= hiddenRegion();
  document.body.append(region);
}

function hiddenRegion(): HTMLElement {
  const element = document.createElement('div');
  element.setAttribute('role', 'status');
  element.dataset['lpAnnouncer'] = '';
  const hidden = {
    position: 'fixed',
    'inline-size': '1px',
    'block-size': '1px',
    overflow: 'hidden',
    'clip-path': 'inset(50%)',
    'white-space': 'nowrap',
  };
  // Through the CSSOM: a style attribute is forbidden by a strict Content-Security-Policy.
  for (const [name, value] of Object.entries(hidden)) element.style.setProperty(name, value);
  return element;
}

function speakOnPage(text: string): void {
  const page = document as Document & { ariaNotify?: (text: string) => void };
  if (page.ariaNotify) {
    page.ariaNotify(text);
    return;
  }
  prepareAnnouncements();
  if (region) region.textContent = text;
}

const LEVEL_WORDS = { ok: 'saidOk', warn: 'saidWarn', danger: 'saidDanger' } as const;

/** Announces a change of level. The first level of a value is not a change. */
export function sayLevel(
  name: string,
  level: Level | undefined,
  previous: Level | undefined,
  words: Words,
): void {
  if (level && previous) announcer().announce(`level-${level}`, name, words[LEVEL_WORDS[level]]);
}

/** State of a connection's announcements, shared by the elements that use it. */
interface Told {
  statusElements: Set<object>;
}

const lost = new WeakSet<Told>();

/**
 * Announces that a connection was lost or restored: once for all its widgets, and not where an `lp-status` shows it.
 */
export function sayConnection(
  connection: Told | undefined,
  status: DataStatus,
  words: Words,
): void {
  if (!connection || connection.statusElements.size > 0) return;
  if (status === 'offline' && !lost.has(connection)) {
    lost.add(connection);
    announcer().announce('lost', '', () => words.saidLost);
  }
  if ((status === 'live' || status === 'stale' || status === 'empty') && lost.delete(connection)) {
    const withdrawn = announcer().withdraw('lost');
    if (!withdrawn) announcer().announce('restored', '', () => words.saidRestored);
  }
}
