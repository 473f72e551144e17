import type { PropertyDeclarations } from 'lit';
import type { Formatter } from '../format/format-options.ts';
import { oneOf } from '../shared/attribute-check.ts';
import type { Announce } from './element-status.ts';

/** The attributes of every data widget. */
export interface DataAttributes {
  /** The channel to show. */
  channel: string;
  /** Base URL of a kit server. Default: that of the enclosing source. */
  src: string | undefined;
  /** Path in the payload: `load.1`. */
  field: string | undefined;
  /** Exact key of the series to show, where the channel holds several. */
  key: string | undefined;
  /** Labels of the series to show: `room=kitchen, floor=1`. */
  labels: string | undefined;
  /**
   * Time without entries after which a key is removed, while other keys of the channel have some: `5m`, `never`. Default:
   * ten times the channel's `ttl`.
   */
  dropAfter: string | undefined;
  /** Visible heading and accessible name. Default: the channel's label, then its name. */
  label: string | undefined;
  /** Age after which a value is stale: `30s`, `5m`, `never`. Default: twice the channel's `ttl`, else never. */
  staleAfter: string | undefined;
  /** Pauses updates; they are queued and applied on resume. */
  paused: boolean;
  /** What is announced to screen readers: nothing, levels and the connection, or new data as well. Default `levels`. */
  announce: Announce;
  /** IANA time zone name: `Europe/Berlin`. Default: the nearest ancestor's `time-zone`, else the browser's. */
  timeZone: string | undefined;
  /** Formats the values, in place of `format`. */
  formatter: Formatter | undefined;
  /** Maps each payload to the value to show. */
  transform: ((payload: unknown) => unknown) | undefined;
}

/** The attributes of `DataAttributes`, for `static properties`. */
export const dataProperties: PropertyDeclarations = {
  channel: {},
  src: {},
  field: {},
  key: {},
  labels: {},
  dropAfter: { attribute: 'drop-after' },
  label: {},
  staleAfter: { attribute: 'stale-after' },
  paused: {
    type: Boolean,
    reflect: true,
    // "false" is false at once: lp-time loads the check of attributes later, when `paused` was reflected.
    converter: (text) => text !== null && text.toLowerCase() !== 'false',
  },
  announce: oneOf(['off', 'levels', 'all']),
  timeZone: { attribute: 'time-zone' },
  formatter: { attribute: false },
  transform: { attribute: false },
  data: { attribute: false, noAccessor: true },
};
