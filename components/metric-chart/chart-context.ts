import type { Limits } from '../data/levels.ts';
import type { ChannelData } from '../element/channel-data.ts';
import type { DataAttributes } from '../element/data-attributes.ts';
import type { LimitAttributes } from '../element/limits.ts';
import { formatValue } from '../format/format.ts';
import type { FormatAttributes } from '../format/format-attributes.ts';
import { type FormatOptions, isIntlUnit } from '../format/format-options.ts';
import type { LocaleController } from '../locale/locale-controller.ts';
import type { LiveController, LiveHost } from '../source/live-controller.ts';
import type { ChartAttributes } from './chart-attributes.ts';

/** The chart element, as its parts use it. */
export type ChartHost = LiveHost &
  HTMLElement &
  DataAttributes &
  FormatAttributes &
  LimitAttributes &
  ChartAttributes & { readonly renderRoot: HTMLElement | DocumentFragment };

/** Objects that the parts of a chart share: the element, and the controllers that every data widget has. */
export interface ChartContext {
  readonly host: ChartHost;
  readonly live: LiveController;
  readonly held: ChannelData;
  readonly locale: LocaleController;
  /** Current format of the element's values. */
  readonly formatOptions: () => FormatOptions;
  /** Current limits of the values: from the attributes, else from the channel. */
  readonly limits: () => Limits;
}

/** Whether the samples follow the server's clock: those of a channel do, data set by the page do not. */
export const hasClock = ({ host }: ChartContext): boolean => host.channel !== '';

const UNITS: Partial<Record<string, string>> = { bytes: 'byte', bits: 'bit' };

/** With `rate`, a unit that the channel gave is that of its counters: their growth has that unit per second. */
export function growthOptions({ rate, unit }: ChartHost, options: FormatOptions): FormatOptions {
  const counted = options.unit ?? UNITS[options.format ?? ''];
  if (!rate || unit || !counted || /per-second$|\/s$/.test(counted)) return options;
  const perSecond = `${counted}-per-second`;
  return { ...options, unit: isIntlUnit(perSecond) ? perSecond : `${counted}/s` };
}

/** Returns a value as text. `unit`: of its line. `resolution`: smallest difference that the text must show. */
export function valueText(
  { host, formatOptions }: ChartContext,
  value: number,
  { unit, resolution }: { unit?: string | undefined; resolution?: number | undefined },
): string {
  const options = { ...formatOptions(), ...(unit !== undefined && { unit }), resolution };
  return host.formatter?.(value, options) ?? formatValue(value, options);
}
