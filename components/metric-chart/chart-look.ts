import type { ReactiveController } from 'lit';
import { seriesNames } from '../data/keys.ts';
import { formatParts, formatValue } from '../format/format.ts';
import type { FormatOptions } from '../format/format-options.ts';
import { parseDurationMs } from '../shared/duration.ts';
import { type ChartContext, valueText } from './chart-context.ts';
import type { ChartSamples } from './chart-samples.ts';
import { tickText, unitSecondsOf } from './drawing/axis-format.ts';
import { colorOf, gapOf, lineLabel, plotLines } from './drawing/chart-scene.ts';
import type { Palette } from './drawing/drawing.ts';
import type { Mark } from './drawing/marks.ts';
import { paletteOf, themeProbe } from './drawing/palette.ts';
import {
  type PlotType,
  type AxisSide,
  isStacked,
  type PlotLine,
  type Scene,
} from './drawing/scene.ts';
import { browserZone } from './drawing/time-zone.ts';
import type { DataLine } from './samples/chart-data.ts';
import type { ViewedSpan } from './view/viewed-span.ts';
import { WantedLines } from './wanted-lines.ts';

/** Options of `ChartLook`. */
export interface ChartLookOptions {
  samples: ChartSamples;
  viewed: ViewedSpan;
  /** Called when the page's theme has changed. */
  onTheme: () => void;
}

/** The appearance of a chart: the theme's colours, the names and colours of its lines, and the scene that its plot draws. */
export class ChartLook implements ReactiveController {
  /** Appearance of the lines, in the order of the samples' lines. */
  lines: PlotLine[] = [];
  readonly wanted: WantedLines;
  readonly #context: ChartContext;
  readonly #options: ChartLookOptions;
  #palette: Palette | undefined;
  #probe: HTMLElement | undefined;
  /** Names of keys for people. */
  #names: ReadonlyMap<string, string> = new Map();

  constructor(context: ChartContext, options: ChartLookOptions) {
    this.#context = context;
    this.#options = options;
    this.wanted = new WantedLines(context.host);
    context.host.addController(this);
  }

  /** An invisible element in the shadow tree, from whose styles the theme's colours are read. */
  get probe(): HTMLElement {
    if (this.#probe) return this.#probe;
    this.#probe = themeProbe();
    // oxlint-disable-next-line wc/require-listener-teardown -- the probe is ours and lives as long as this object
    this.#probe.addEventListener('transitionend', () => this.forgetTheme());
    return this.#probe;
  }

  /** Puts the probe into the shadow tree before the first rendering, which needs the theme's colours. */
  hostConnected(): void {
    const root = this.#context.host.renderRoot;
    if (this.probe.parentNode !== root) root.append(this.probe);
  }

  /** Colours and type of the theme. */
  get palette(): Palette {
    return (this.#palette ??= paletteOf(this.probe));
  }

  /** The time zone that times are shown in. */
  get timeZone(): string {
    return this.#context.locale.timeZone ?? browserZone();
  }

  /** Reads the theme again when it is next needed. */
  forgetTheme(): void {
    this.#palette = undefined;
    this.#options.onTheme();
  }

  /** Name of a line for people. */
  labelOf = (line: DataLine): string => {
    const label = lineLabel(line, {
      chart: this.#context.held.name,
      key: line.key === undefined ? undefined : (this.#names.get(line.key) ?? line.key),
    });
    const { label: own, offsetMs } = line.spec;
    if (!offsetMs || own) return label;
    const { language, words } = this.#context.locale;
    return words.chartEarlier(
      label,
      formatValue(offsetMs / 1_000, { format: 'duration', language }),
    );
  };

  /** Updates the appearance of the lines from samples, attributes and theme. */
  update(): void {
    const { lines } = this.#options.samples.data;
    this.#names = seriesNames(lines.flatMap(({ key }) => key ?? []));
    const { plotType: type } = this;
    this.lines = plotLines(lines, {
      palette: this.palette,
      probe: this.probe,
      label: this.labelOf,
      gapMs: this.#gapMsOf,
      filled: type === 'bar' || isStacked({ type }),
    });
  }

  /** Returns everything that the plot draws. */
  scene(): Scene {
    this.update();
    const { host, held, locale, formatOptions } = this.#context;
    const { samples, viewed } = this.#options;
    const { curve, aggregate, minSpan, options, points } = host;
    const { plotType: type } = this;
    const { valueMeta: meta } = held;
    return {
      type,
      curve,
      aggregate,
      minSpan,
      unitSeconds: unitSecondsOf({ ...formatOptions(), ...this.#tickOptions('left') }),
      options,
      points,
      zero: type !== 'line',
      min: host.min ?? meta.min,
      max: host.max ?? meta.max,
      lines: this.lines,
      log: host.scale === 'log',
      marks: [...this.#bands(), ...this.#limits(), ...samples.marks],
      windowMs: viewed.windowMs,
      isCalendar: viewed.isCalendar(host.window),
      held: viewed.held,
      edge: () => samples.edge,
      knownUntil: () => samples.knownUntil,
      timeZone: this.timeZone,
      locale: locale.language,
      palette: this.palette,
      formatTick: (value, step, axis) =>
        tickText(value, step, { ...formatOptions(), ...this.#tickOptions(axis) }),
      barValues: host.barValues,
      formatValue: (value, index) =>
        valueText(this.#context, value, { unit: samples.data.lines[index]?.spec.unit }),
      unitOf: (axis) => unitText(this.#unitOf(axis), locale.language),
    };
  }

  /** How the plot draws the lines; beside a histogram there is none. */
  get plotType(): PlotType {
    const { type } = this.#context.host;
    return type === 'histogram' ? 'bar' : type;
  }

  /** Unit of the axis of values; undefined if it has none or the labels contain it. */
  get unit(): string | undefined {
    return unitText(this.#unitOf('left'), this.#context.locale.language);
  }

  /** Returns the text of a value on the axis of values. */
  tickText = (value: number, step: number): string =>
    tickText(value, step, { ...this.#context.formatOptions(), ...this.#tickOptions('left') });

  #limits(): Mark[] {
    return (['warn', 'danger'] as const).flatMap((level): Mark[] => {
      const value = this.#context.limits()[level];
      if (value === undefined) return [];
      const text = `${this.#context.locale.words[level]} ${valueText(this.#context, value, {})}`;
      return [{ kind: 'limit', value, level, text }];
    });
  }

  #bands(): Mark[] {
    const { palette, probe } = this;
    return this.wanted.bands.map(({ from, to, label, color }) => {
      const own = color === 'ok' || color === 'warn' || color === 'danger';
      return {
        kind: 'band',
        from,
        to,
        text: label,
        color: own ? palette[color] : colorOf(color, { n: 0, palette, probe }),
      };
    });
  }

  #tickOptions(axis: AxisSide): FormatOptions {
    if (this.#context.host.type === 'stacked-percent')
      return { format: 'percent', unit: undefined };
    const unit = this.#unitOf(axis);
    return unit === undefined ? {} : { unit };
  }

  /** Returns the unit of the first line of an axis that has one. */
  #unitOf(axis: AxisSide): string | undefined {
    const own = this.#options.samples.data.lines.find(
      ({ spec }) => (spec.axis ?? 'left') === axis && spec.unit !== undefined,
    );
    return own?.spec.unit ?? (axis === 'left' ? this.#context.formatOptions().unit : undefined);
  }

  #gapMsOf = (line: DataLine): number => {
    const { host, held } = this.#context;
    return gapOf(line, {
      attributeMs: parseDurationMs(host.gapAfter),
      ttl: held.meta.ttl,
      stepped: host.curve === 'step',
    });
  };
}

/** Returns the unit as written beside values: `°C` for `celsius`. */
function unitText(unit: string | undefined, language: string): string {
  if (!unit) return '';
  const { parts } = formatParts(0, { unit, language });
  const own = parts.filter(({ kind }) => kind === 'unit').map(({ text }) => text);
  return own.join('').trim();
}
