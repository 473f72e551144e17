import type { Meta } from '../../protocol/lp1.ts';
import { isRecord } from './payload.ts';

/** The fields of a meta that describe one value rather than the channel as a whole. */
const OF_A_VALUE = ['unit', 'min', 'max', 'warn', 'danger', 'states', 'decimals'] as const;
/** Names of the payload's own value, which the meta and the payload's `unit` and `status` describe. */
const OWN_FIELDS = ['value', 'current'];

/** Returns whether a `field` is the payload's own value, to which the payload's `unit`, `status` and so on apply. */
export const isOwnValue = (field: string | null | undefined): boolean =>
  !field || OWN_FIELDS.includes(field);

/**
 * Returns the meta for the value at `field` (default: the payload's own). Unit, bounds, limits, states and decimals describe the
 * payload's own value: another field has only those that the meta gives it by name, in `fields`
 * (`{"unit":"celsius","fields":{"hum":{"unit":"percent","max":100}}}`). Label, ttl and the like belong to the channel.
 */
export function valueMeta(meta: Meta, field: string | null | undefined): Meta {
  if (isOwnValue(field)) return meta;
  const name = field as string;
  const fields = meta['fields'];
  const own = isRecord(fields) && Object.hasOwn(fields, name) ? fields[name] : undefined;
  const channel = { ...meta };
  for (const each of OF_A_VALUE) delete channel[each];
  return isRecord(own) ? { ...channel, ...(own as Meta) } : channel;
}

/** Returns the meta of one name of a payload whose names are rows: its own in `fields`, else the channel's. */
export function rowMeta(meta: Meta, name: string): Meta {
  const fields = meta['fields'];
  return isRecord(fields) && Object.hasOwn(fields, name) ? valueMeta(meta, name) : meta;
}
