/**
 * `kit.js`, the one file for a script tag: loads the code of each element whose tag is in the page, when it is there. The
 * server that it was loaded from is the default source. Built by tools/kit-bundle.mjs; `lp-kit` itself is index.ts.
 */
import { autoload, type ElementLoader, type Load } from './autoload.ts';
import type { WordsPatch } from './locale/messages.ts';

const ELEMENTS: Record<string, ElementLoader> = {
  'lp-dashboard': async () => (await import('./dashboard/lp-dashboard.ts')).LpDashboard,
  'lp-feed': async () => (await import('./feed/lp-feed.ts')).LpFeed,
  'lp-list': async () => (await import('./list/lp-list.ts')).LpList,
  'lp-meter': async () => (await import('./meter/lp-meter.ts')).LpMeter,
  'lp-metric-chart': async () => (await import('./metric-chart/lp-metric-chart.ts')).LpMetricChart,
  'lp-number': async () => (await import('./number/lp-number.ts')).LpNumber,
  'lp-publish': async () => (await import('./publish/lp-publish.ts')).LpPublish,
  'lp-series': async () => (await import('./metric-chart/lp-series.ts')).LpSeries,
  'lp-source': async () => (await import('./source/lp-source.ts')).LpSource,
  'lp-sparkline': async () => (await import('./sparkline/lp-sparkline.ts')).LpSparkline,
  'lp-status': async () => (await import('./status/lp-status.ts')).LpStatus,
  'lp-template': async () => (await import('./template/lp-template.ts')).LpTemplate,
  'lp-time': async () => (await import('./time/lp-time.ts')).LpTime,
  'lp-tracker': async () => (await import('./tracker/lp-tracker.ts')).LpTracker,
  'lp-value': async () => (await import('./value/lp-value.ts')).LpValue,
};
const languages = (): Promise<typeof import('./locale/languages.ts')> =>
  import('./locale/languages.ts');

/** Written by the bundler: for each module that is imported here, by its name, the files that it comes in. JSON. */
declare const KIT_FILES: string;
const FILES = JSON.parse(KIT_FILES) as Readonly<Record<string, readonly string[]>>;

// All at once: a browser would else learn of a file's imports only when that file is there.
function fetchImports(name: string): void {
  for (const file of FILES[name] ?? []) import(new URL(file, import.meta.url).href).catch(() => {}); // whoever needs it will tell
}

/** Loads elements now: for a page that makes them by script, or inside closed shadow roots. Resolves when they are defined. */
export const load: Load = autoload(
  Object.fromEntries(
    Object.entries(ELEMENTS).map(([tag, loader]) => [
      tag,
      (): Promise<CustomElementConstructor> => {
        fetchImports(tag);
        return loader();
      },
    ]),
  ),
  { ready: wordsOfPage(), needs: { 'lp-dashboard': ['lp-status'] } },
);

/** Changes the kit's words in one language; what it leaves out stays as it is. */
export async function setWords(language: string, patch: WordsPatch): Promise<void> {
  (await languages()).setWords(language, patch);
}

// So that nothing is shown in English first. Languages deeper in the page come when an element there asks.
async function wordsOfPage(): Promise<void> {
  const language = document.documentElement.lang || navigator.language;
  if (/^en\b/i.test(language)) return;
  fetchImports(language.toLowerCase().split('-', 1)[0] ?? '');
  await languages().then(
    ({ loadWords }) => loadWords(language),
    () => {},
  );
}
