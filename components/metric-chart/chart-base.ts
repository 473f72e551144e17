import type { ChartOptions } from 'chart.js';
import type { PropertyDeclarations } from 'lit';
import { LpElement } from '../element/lp-element.ts';
import { formatValue } from '../format/format.ts';
import type { Format, FormatOptions } from '../format/format-options.ts';
import { parseDurationMs } from '../shared/duration.ts';
import { gapOf, lineLabel } from './drawing/chart-scene.ts';
import { browserZone } from './drawing/time-zone.ts';
import type { PlotType, Points } from './drawing/scene.ts';
import type { Curve } from './drawing/trace.ts';
import type { LineSpec } from './samples/auto-fields.ts';
import type { DataLine } from './samples/chart-data.ts';
import type { Aggregate } from './samples/columns.ts';

/** Lines drawn at most, unless `max-lines` says otherwise. */
export const MAX_LINES = 32;
const DEFAULT_WINDOW_MS = 300_000;
const LEAST_WINDOW_MS = 1_000;

/** A chart's attributes, and what they come to. No data, no pixels. */
export abstract class ChartBase extends LpElement {
  static override properties: PropertyDeclarations = {
    type: {},
    window: {},
    fields: {},
    min: { type: Number },
    max: { type: Number },
    minSpan: { type: Number, attribute: 'min-span' },
    gapAfter: { attribute: 'gap-after' },
    dropAfter: { attribute: 'drop-after' },
    maxLines: { type: Number, attribute: 'max-lines' },
    points: {},
    curve: {},
    legend: {},
    warn: { type: Number },
    danger: { type: Number },
    aggregate: {},
    rate: { type: Boolean },
    fps: { type: Number },
    annotations: {},
    format: {},
    unit: {},
    currency: {},
    digits: { type: Number },
    notation: {},
    valuePrefix: { attribute: 'prefix' },
    valueSuffix: { attribute: 'suffix' },
    series: { attribute: false },
    options: { attribute: false },
  };

  /** What is drawn. Default `line`. */
  declare type: PlotType;
  /** The time shown: `30s` to `24h`. Default `5m`. */
  declare window: string;
  /** Fields to show, in order: `user system idle`. Default: every numeric field. */
  declare fields: string | undefined;
  /** Fixed lower end of the value axis. Default: the channel's, else it follows the data. */
  declare min: number | undefined;
  /** Fixed upper end. Default: the channel's, else it follows the data. */
  declare max: number | undefined;
  /** The least distance between the axis' ends, so that a quiet line stays flat. */
  declare minSpan: number | undefined;
  /** Silence that no line crosses: `10s`, `never`. Default: twice the channel's `ttl`, else four usual steps of the line (`curve="step"`: `never`). */
  declare gapAfter: string | undefined;
  /** A key without a sample for so long leaves the chart: `10m`, `never`. Default: ten times the channel's `ttl`, else never. */
  declare dropAfter: string | undefined;
  /** Lines drawn at most. The legend lists the others, for the viewer to choose. Default `32`. */
  declare maxLines: number;
  /** Dots on samples: where they stand apart (`auto`), on each one (`all`), or only on samples that stand alone (`none`). Default `auto`. */
  declare points: Points;
  /** How samples are joined. `step`: each value holds until the next one, the newest until now. Default `linear`. */
  declare curve: Curve;
  /** Where the lines are named. Default: below the chart where there is more than one. */
  declare legend: 'bottom' | 'none' | undefined;
  /** From here on: a warning. Drawn as a line. */
  declare warn: number | undefined;
  /** From here on: critical. Below `warn`, low values are the bad ones. */
  declare danger: number | undefined;
  /** What a bar or a stack's column stands for. Default `mean`. */
  declare aggregate: Aggregate;
  /** The values are counters: their growth per second is shown. */
  declare rate: boolean;
  /** Most redraws a second. Default `10`. */
  declare fps: number;
  /** A feed's channel: its entries are marked on the chart. */
  declare annotations: string | undefined;
  /** How values are written. Default `number`. */
  declare format: Format | undefined;
  /** An `Intl` unit id, else a suffix. Default: the channel's unit. */
  declare unit: string | undefined;
  /** ISO 4217, for `format="currency"`. Default `EUR`. */
  declare currency: string | undefined;
  /** Fraction digits, exactly. Default: what the number needs, at most 2. */
  declare digits: number | undefined;
  /** `compact`: 1.2M. Default `standard`. */
  declare notation: 'standard' | 'compact' | undefined;
  /** Stands before values. */
  declare valuePrefix: string | undefined;
  /** Stands after values. */
  declare valueSuffix: string | undefined;
  /** The lines wanted, in order; wins over `fields` and `<lp-series>` children. */
  declare series: readonly LineSpec[] | undefined;
  /** Merged over the chart's own Chart.js options: the way out for what the kit does not offer. */
  declare options: ChartOptions | undefined;

  constructor() {
    super();
    this.type = 'line';
    this.window = '5m';
    this.curve = 'linear';
    this.points = 'auto';
    this.maxLines = MAX_LINES;
    this.aggregate = 'mean';
    this.rate = false;
    this.fps = 10;
  }

  protected get windowMs(): number {
    const ms = parseDurationMs(this.window);
    return ms && Number.isFinite(ms) ? Math.max(LEAST_WINDOW_MS, ms) : DEFAULT_WINDOW_MS;
  }

  protected get zoneName(): string {
    return this.locale.timeZone ?? browserZone();
  }

  protected labelOf = (line: DataLine): string => lineLabel(line, this.held.name);

  protected gapMsOf = (line: DataLine): number =>
    gapOf(line, {
      attributeMs: parseDurationMs(this.gapAfter),
      ttl: this.held.meta.ttl,
      stepped: this.curve === 'step',
    });

  protected formatOptions(unit?: string): FormatOptions {
    const { format, currency, digits, notation, valuePrefix, valueSuffix } = this;
    const { language } = this.locale;
    return {
      format,
      currency,
      digits,
      notation,
      language,
      unit: unit ?? this.unit ?? this.held.meta.unit,
      prefix: valuePrefix,
      suffix: valueSuffix,
    };
  }

  /** A value of a line, in full. */
  protected textOf = (v: number, line?: DataLine): string =>
    this.formatter?.(v, this.formatOptions(line?.spec.unit)) ??
    formatValue(v, this.formatOptions(line?.spec.unit));
}
