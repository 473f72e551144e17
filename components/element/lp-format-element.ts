import type { PropertyDeclarations } from 'lit';
import type { Level } from '../data/levels.ts';
import { payloadLevel } from '../data/levels.ts';
import type { FormatAttributes } from '../format/format-attributes.ts';
import { formatOptions, formatProperties, written } from '../format/format-attributes.ts';
import type { Format, FormatOptions, Formatted } from '../format/format-options.ts';
import { LpElement } from './lp-element.ts';

/** A widget in a card whose values have a format and limits. */
export abstract class LpFormatElement extends LpElement implements FormatAttributes {
  static override properties: PropertyDeclarations = {
    ...formatProperties,
    warn: { type: Number },
    danger: { type: Number },
  };

  declare format: Format | undefined;
  declare unit: string | undefined;
  declare currency: string | undefined;
  declare digits: number | undefined;
  declare notation: FormatOptions['notation'];
  declare prefix: string | null;
  declare suffix: string | undefined;
  /** From here on: a warning. */
  declare warn: number | undefined;
  /** From here on: critical. Below `warn`, low values are the bad ones. */
  declare danger: number | undefined;

  /** How values are written by now. */
  protected formatOptions(payload?: unknown): FormatOptions {
    const { meta, language, zone: timeZone, serverNow: nowMs } = this;
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
