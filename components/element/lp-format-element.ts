import type { PropertyDeclarations } from 'lit';
import type { Meta } from '../../protocol/lp1.ts';
import type { Level, Limits } from '../data/levels.ts';
import { payloadLevel } from '../data/levels.ts';
import { levelOnly, ownWords } from '../data/states.ts';
import type { FormatAttributes } from '../format/format-attributes.ts';
import { formatOptions, formatProperties, written } from '../format/format-attributes.ts';
import type { FormatOptions, Formatted } from '../format/format-options.ts';
import { isOwnValue } from '../data/value-meta.ts';
import type { Judgement } from '../data/level-watch.ts';
import { inWords, textOnly } from './cases.ts';
import type { ElementStep } from './channel-data.ts';
import type { LimitAttributes } from './limits.ts';
import { limitProperties, limitsOf } from './limits.ts';
import { LpElement } from './lp-element.ts';

/** Returns the limits moved by `by` towards good values. */
function eased({ warn, danger, states }: Limits, by: number): Limits {
  const lowIsBad = warn !== undefined && danger !== undefined && danger < warn;
  const moved = (limit: number | undefined): number | undefined =>
    limit === undefined ? undefined : limit + (lowIsBad ? by : -by);
  return { warn: moved(warn), danger: moved(danger), states };
}

/** Base class of the elements that format a value and judge it by thresholds. */
export interface LpFormatElement extends FormatAttributes, LimitAttributes {
  prefix: string | null; // the platform's Element.prefix is read-only
  /** Hysteresis: a level ends only once the value is past its threshold by this much. Default 0. */
  hysteresis: number | undefined;
}

/** A widget in a card whose values have a format and limits. */
export abstract class LpFormatElement extends LpElement {
  static override properties: PropertyDeclarations = {
    ...formatProperties,
    ...limitProperties,
    hysteresis: { type: Number },
  };

  /** Current limits and states. */
  protected get limits(): Limits {
    return limitsOf(this, this.held.valueMeta);
  }

  /** Current format of values. `payload` may have a unit, a prefix and a suffix. `meta`: meta of the value. */
  protected formatOptions(payload?: unknown, meta: Meta = this.held.valueMeta): FormatOptions {
    const { language, timeZone } = this.locale;
    const nowMs = this.live.serverNow();
    return formatOptions(this, { meta, language, timeZone, nowMs, payload });
  }

  /** Returns a value as it is shown. Rethrows errors of the page's `formatter`, so call it in `renderBody`. */
  protected written(value: unknown, options: FormatOptions = this.formatOptions()): Formatted {
    const words = this.formatter ? undefined : ownWords(value, this.limits.states);
    const plain = words === undefined ? written(value, options, this.formatter) : textOnly(words);
    return this.formatter ? plain : inWords(plain, this.caseOf(value));
  }

  /** Levels of new data; undefined for elements with several series, which compute them for those that they show. */
  protected override judge({ entries }: Pick<ElementStep, 'entries'>): Judgement[] | undefined {
    const { single } = (this.constructor as typeof LpFormatElement).holds;
    if (!single) return undefined;
    if (this.held.isAmbiguous) return [];
    return entries.flatMap((entry) => {
      const value = this.held.read(entry);
      if (value === undefined) return []; // the entry does not have the field
      return [this.judgement(this.transform ? value : entry.d, value, { t: entry.t })];
    });
  }

  /** Returns the level of a value of new data, and its level with `hysteresis`. */
  protected judgement(
    payload: unknown,
    value: unknown,
    of: Pick<Judgement, 'key' | 'name' | 't'>,
  ): Judgement {
    const level = this.levelOf(payload, value);
    const by = this.hysteresis;
    if (!by || level === undefined || this.caseOf(value)?.sets) return { ...of, level, value };
    const own = isOwnValue(this.field) ? payload : value;
    return { ...of, level, value, eased: payloadLevel(own, value, eased(this.limits, by)) };
  }

  /** Returns the level of a value: that of a case that sets one, else that in its payload, else by limits and states. */
  protected levelOf(payload: unknown, value: unknown): Level | undefined {
    const sets = this.caseOf(value)?.sets;
    if (sets) return levelOnly(sets);
    return payloadLevel(isOwnValue(this.field) ? payload : value, value, this.limits);
  }
}
