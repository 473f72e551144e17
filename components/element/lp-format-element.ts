import type { PropertyDeclarations } from 'lit';
import type { Level } from '../data/levels.ts';
import { payloadLevel } from '../data/levels.ts';
import type { FormatAttributes } from '../format/format-attributes.ts';
import { formatOptions, formatProperties, written } from '../format/format-attributes.ts';
import type { FormatOptions, Formatted } from '../format/format-options.ts';
import { LpElement } from './lp-element.ts';

/** Thresholds of a value. */
export interface LimitAttributes {
  /** Warning threshold: values from here on are warnings. */
  warn: number | undefined;
  /** Critical threshold: values from here on are critical. Below `warn`, low values are the bad ones. */
  danger: number | undefined;
}

export interface LpFormatElement extends FormatAttributes, LimitAttributes {
  prefix: string | null; // the platform's Element.prefix is read-only
}

/** A widget in a card whose values have a format and limits. */
export abstract class LpFormatElement extends LpElement {
  static override properties: PropertyDeclarations = {
    ...formatProperties,
    warn: { type: Number },
    danger: { type: Number },
  };

  /** How values are formatted now; `payload` may bring a prefix and a suffix. */
  protected formatOptions(payload?: unknown): FormatOptions {
    const { language, timeZone } = this.locale;
    const { meta } = this.held;
    const nowMs = this.live.serverNow();
    return formatOptions(this, { meta, language, timeZone, nowMs, payload });
  }

  /** A value as the viewer sees it. Throws what the page's `formatter` throws: call it in `renderBody`. */
  protected written(value: unknown, options: FormatOptions = this.formatOptions()): Formatted {
    return written(value, options, this.formatter);
  }

  /** The level of a value, which its payload may state itself. */
  protected levelOf(payload: unknown, value: unknown): Level | undefined {
    const { warn, danger } = this;
    return payloadLevel(payload, value, { warn, danger });
  }
}
