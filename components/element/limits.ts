import type { PropertyDeclarations } from 'lit';
import type { Meta } from '../../protocol/lp1.ts';
import type { Limits } from '../data/levels.ts';
import { plainNumber } from '../data/number.ts';
import { statesOf } from '../data/states.ts';
import type { FormatOptions } from '../format/format-options.ts';

/** Thresholds of a value, and what its states mean. */
export interface LimitAttributes {
  /** Warning threshold: values from here on are warnings. Default: the channel's `warn`. */
  warn: number | undefined;
  /** Critical threshold: values from here on are critical. Below `warn`, low values are the bad ones. Default: the channel's. */
  danger: number | undefined;
  /** What states mean: `on:ok, off:none:Aus` (word, level `ok warn danger none unknown`, words to show). Adds to the channel's. */
  states: string | undefined;
}

/** The attributes of `LimitAttributes`, for `static properties`. */
export const limitProperties: PropertyDeclarations = {
  warn: { type: Number },
  danger: { type: Number },
  states: {},
};

/** Returns the limits of an element's value: the attributes, else those of its meta (see `valueMeta`). */
export function limitsOf(host: LimitAttributes, meta: Meta): Limits {
  return {
    warn: numeric(host.warn) ?? numeric(meta.warn),
    danger: numeric(host.danger) ?? numeric(meta.danger),
    states: statesOf(host.states, meta.states),
  };
}

const numeric = (value: unknown): number | undefined =>
  typeof value === 'number' && !Number.isNaN(value) ? value : undefined;

/**
 * Returns the number in a quoted value where unit, digits or notation show that it is a number. Otherwise returns the value
 * unchanged, because text such as `1.10` may be a version.
 */
export function asNumber(value: unknown, options: FormatOptions): unknown {
  const { format, unit, digits, notation } = options;
  const isAmount = (unit ?? digits ?? notation) !== undefined && format === undefined;
  return isAmount ? (plainNumber(value) ?? value) : value;
}
