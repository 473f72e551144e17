/** The types that the public members and events of every data element name; each element's module exports them with its class. */
export type * from '../data/events.ts';
export type { DataEntry } from '../data/held.ts';
export type { Formatter } from '../format/format-options.ts';
