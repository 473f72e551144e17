/** The pure modules of the page that shows all channels, which are plain JavaScript for the browser. */

export interface ExploreChannel {
  name: string;
  entries: number;
  updated: number;
  meta?: Record<string, unknown>;
}

export interface ExploreEntry {
  t: number;
  k?: string;
  d?: unknown;
}

export interface ExploreWidget {
  tag: string;
  attributes: Record<string, string>;
  children?: ExploreWidget[];
}

interface Page {
  title: string;
  base: string;
  tiles: ExploreWidget[];
}

interface Modules {
  viewsFor: (
    channel: ExploreChannel,
    entries: ExploreEntry[],
  ) => { name: string; widget: ExploreWidget }[];
  widgetFor: (channel: ExploreChannel, entries: ExploreEntry[]) => ExploreWidget;
  formatOf: (name: string, meta: object, value?: number) => Record<string, string>;
  labelOf: (name: string, meta?: object) => string;
  windowOf: (spanMs: number) => string;
  groupsBelow: (names: string[], prefix: string) => { prefix: string; count: number }[];
  stepsTo: (prefix: string) => string[];
  tagOf: (widget: ExploreWidget) => string;
  pageOf: (page: Page) => string;
  configOf: (page: Page) => { $schema: string };
}

const load = (file: string): Promise<object> =>
  import(new URL(`../../explore/${file}`, import.meta.url).href) as Promise<object>;

const modules = await Promise.all(['fit.js', 'groups.js', 'widget.js'].map(load));

export const explore: Modules = Object.assign({}, ...modules) as Modules;
