import type { TemplateResult } from 'lit';
import { html, nothing, svg } from 'lit';
import { cssProperty } from '../../element/css-property.ts';
import { formatValue } from '../../format/format.ts';
import type { Words } from '../../locale/messages.ts';
import { type Bins, binsOf, type Weighted } from '../samples/bins.ts';
import type { DataLine } from '../samples/chart-data.ts';

/** Content of a histogram. */
export interface HistogramView {
  lines: readonly DataLine[];
  look: {
    /** Names and colours of the lines. */
    readonly lines: readonly { label: string; color: string }[];
    /** Unit of the values, if the labels do not contain it. */
    readonly unit: string | undefined;
    /** Returns the text of a value on an axis whose ticks are `step` apart. */
    readonly tickText: (value: number, step: number) => string;
  };
  span: { fromT: number; toT: number };
  held: { readonly name: string };
  locale: { readonly words: Words; readonly language: string };
}

/** Number of labels below the bins at most. */
const MOST_LABELS = 6;

/** Returns the distribution of the samples in view: bars, and the same as a table for screen readers. */
export function histogram(view: HistogramView): TemplateResult {
  const shown = view.lines.flatMap((line, n) => (line.hidden ? [] : [{ line, n }]));
  const bins = binsOf(shown.map(({ line }) => samplesIn(line, view.span)));
  if (!bins) return html`<div class="histogram"></div>`;
  const { look } = view;
  const looks = shown.map(({ n }) => look.lines[n]);
  const most = Math.max(...bins.counts.flat());
  const size = bins.counts[0]?.length ?? 0;
  const { language } = view.locale;
  const label = (n: number): string => look.tickText(bins.from + n * bins.step, bins.step);
  const every = Math.ceil((size + 1) / MOST_LABELS);
  return html`<div class="histogram" ${cssProperty('--_bins', size)}>
    <div class="most" aria-hidden="true"><span>${formatValue(most, { language })}</span><span>${look.unit}</span></div>
    <svg viewBox="0 0 ${size * 10} 100" preserveAspectRatio="none" aria-hidden="true">${bins.counts.map(
      (counts, n) =>
        bars(counts, { n, of: bins.counts.length, most, color: looks[n]?.color ?? '' }),
    )}</svg>
    <div class="edges" aria-hidden="true">${Array.from({ length: size + 1 }, (_, n) =>
      n % every === 0 ? html`<span ${cssProperty('--_at', n / size)}>${label(n)}</span>` : nothing,
    )}</div>
    ${table(view, bins, label)}
  </div>`;
}

/** Returns the samples of a line in view; of buckets the means, each for as many samples as it has. */
function samplesIn({ series }: DataLine, { fromT, toT }: HistogramView['span']): Weighted {
  const values: number[] = [];
  const weights: number[] = [];
  for (let i = series.indexAt(fromT); i < series.end && (series.times[i] as number) <= toT; i++) {
    const value = series.values[i] as number;
    if (Number.isNaN(value)) continue;
    values.push(value);
    weights.push(series.spread?.counts[i] ?? 1);
  }
  return { values, weights };
}

interface BarsOptions {
  /** Number of the line, and how many there are: their bars stand side by side. */
  n: number;
  of: number;
  most: number;
  color: string;
}

function bars(counts: readonly number[], { n, of, most, color }: BarsOptions): TemplateResult[] {
  const width = 9 / of;
  return counts.map((count, at) => {
    const height = Number(((count / most) * 100).toFixed(2));
    return svg`<rect x=${at * 10 + 0.5 + n * width} y=${100 - height} width=${width} height=${height} fill=${color} />`;
  });
}

function table(
  { look, lines, held, locale }: HistogramView,
  { counts }: Bins,
  label: (n: number) => string,
): TemplateResult {
  const { words, language } = locale;
  const names = look.lines.filter((_, n) => lines[n]?.hidden !== true);
  return html`<table class="sr">
    <caption>${held.name}</caption>
    <thead>
      <tr><td></td>${names.map((each) => html`<th scope="col">${counts.length > 1 ? each.label : words.chartCount}</th>`)}</tr>
    </thead>
    <tbody>${(counts[0] ?? []).map(
      (_, at) => html`<tr>
        <th scope="row">${label(at)} – ${label(at + 1)} ${look.unit}</th>${counts.map((each) => html`<td>${formatValue(each[at] ?? 0, { language })}</td>`)}
      </tr>`,
    )}</tbody>
  </table>`;
}
