/**
 * `kit.js`, the one file for a script tag: loads the code of each element whose tag is in the page. The server that it
 * was loaded from is the default source. Built by tools/kit-bundle.mjs; `lp-kit` itself is index.ts.
 */
import { autoload, type ElementLoader, type Load } from './autoload.ts';
import { ChunkGoneError, KitChunks, type NewerKit } from './kit-chunks.ts';
import type { WordsPatch } from './locale/messages.ts';
import { eventually, lazyImport } from './shared/lazy-import.ts';

/** Written by the bundler, as JSON: the files of each lazily imported module, by the module's name. */
declare const KIT_FILES: string;
/** Written by the bundler: the text of kit.css, minified. */
declare const KIT_STYLES: string;

const chunks = new KitChunks({ kitUrl: import.meta.url, files: JSON.parse(KIT_FILES) });

/** A lazily imported module whose files are in the browser's cache before it is imported. */
const part = <M extends object>(
  file: string,
  expected: keyof M & string,
  load: () => Promise<M>,
): (() => Promise<M>) =>
  lazyImport(expected, async () => {
    await chunks.fetch(file);
    return load();
  });

/** An element's tag and loader, by its class: `LpFeed` is `<lp-feed>`, from lp-feed.ts. */
function element<K extends string>(
  name: K,
  load: () => Promise<Record<K, CustomElementConstructor>>,
): [string, ElementLoader] {
  const tag = name.replace(/\B[A-Z]/g, '-$&').toLowerCase();
  const module = part(tag, name, load);
  return [tag, () => elementOf(tag, async () => (await module())[name])];
}

if (hasPage()) addStyles();

const ELEMENTS = [
  element('LpAlerts', () => import('./alerts/lp-alerts.ts')),
  element('LpBand', () => import('./metric-chart/lp-band.ts')),
  element('LpCase', () => import('./case/lp-case.ts')),
  element('LpColumn', () => import('./table/lp-column.ts')),
  element('LpDashboard', () => import('./dashboard/lp-dashboard.ts')),
  element('LpFeed', () => import('./feed/lp-feed.ts')),
  element('LpImage', () => import('./image/lp-image.ts')),
  element('LpList', () => import('./list/lp-list.ts')),
  element('LpMeter', () => import('./meter/lp-meter.ts')),
  element('LpMetricChart', () => import('./metric-chart/lp-metric-chart.ts')),
  element('LpNumber', () => import('./number/lp-number.ts')),
  element('LpPublish', () => import('./publish/lp-publish.ts')),
  element('LpRange', () => import('./range/lp-range.ts')),
  element('LpRow', () => import('./row/lp-row.ts')),
  element('LpSeries', () => import('./metric-chart/lp-series.ts')),
  element('LpSource', () => import('./source/lp-source.ts')),
  element('LpSparkline', () => import('./sparkline/lp-sparkline.ts')),
  element('LpStatus', () => import('./status/lp-status.ts')),
  element('LpTable', () => import('./table/lp-table.ts')),
  element('LpTemplate', () => import('./template/lp-template.ts')),
  element('LpTime', () => import('./time/lp-time.ts')),
  element('LpTracker', () => import('./tracker/lp-tracker.ts')),
  element('LpValue', () => import('./value/lp-value.ts')),
];
const languages = part('languages', 'loadWords', () => import('./locale/languages.ts'));

/**
 * Loads elements now: for a page that creates them by script, or inside closed shadow roots. Resolves when they are
 * defined. Never rejects: what cannot be loaded is tried again until it is.
 */
export const load: Load = hasPage()
  ? autoload(Object.fromEntries(ELEMENTS), {
      ready: wordsOfPage(),
      needs: { 'lp-dashboard': ['lp-status'] },
    })
  : async () => {};

/** False if a server renders the page: there kit.js does nothing. */
function hasPage(): boolean {
  return 'document' in globalThis;
}

/** Gives elements their size before they are defined. By the CSSOM, which a strict Content-Security-Policy allows. */
function addStyles(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(KIT_STYLES);
  document.adoptedStyleSheets.push(sheet);
}

/** Changes the kit's words in one language; words that the patch leaves out stay as they are. */
export async function setWords(language: string, patch: WordsPatch): Promise<void> {
  (await eventually(languages)).setWords(language, patch);
}

/** An element's class: of this version, or of the server's newer one once a chunk of this one is gone. */
async function elementOf(tag: string, loader: ElementLoader): Promise<CustomElementConstructor> {
  if (chunks.newer) return newerElement(tag, chunks.newer);
  try {
    return await loader();
  } catch (error) {
    if (!(error instanceof ChunkGoneError)) throw error;
    return newerElement(tag, chunks.newerKit(error));
  }
}

async function newerElement(
  tag: string,
  newer: Promise<NewerKit>,
): Promise<CustomElementConstructor> {
  await (await newer).load(tag);
  return customElements.get(tag) as CustomElementConstructor; // `load` resolves when it is defined
}

/** Resolves so that nothing is shown in English first. Languages deeper in the page come when an element there asks. */
async function wordsOfPage(): Promise<void> {
  const language = document.documentElement.lang || navigator.language;
  if (/^en\b/i.test(language)) return;
  chunks.fetch(language.toLowerCase().split('-', 1)[0] ?? '').catch(() => {}); // loadWords reports it
  const load = (): Promise<void> => languages().then(({ loadWords }) => loadWords(language));
  await load().catch(() => void eventually(load));
}
