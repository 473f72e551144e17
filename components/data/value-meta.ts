import type { Meta } from '../../protocol/lp1.ts';
import { isRecord } from './payload.ts';

/** What of a meta belongs to one value, not to the channel as a whole. */
const OF_A_VALUE = ['unit', 'min', 'max', 'warn', 'danger', 'states', 'decimals'] as const;
/** These fields are the payload's own value, which the meta describes. */
const OWN_FIELDS = ['value', 'current'];

/**
 * Returns the meta for the value at `field` (default: the payload's own). Unit, bounds, limits, states and decimals describe the
 * payload's own value: another field has only those that the meta gives it by name, in `fields`
 * (`{"unit":"celsius","fields":{"hum":{"unit":"percent","max":100}}}`). Label, ttl and the like belong to the channel.
 */
export function valueMeta(meta: Meta, field: string | null | undefined): Meta {
  if (!field || OWN_FIELDS.includes(field)) return meta;
  const fields = meta['fields'];
  const own = isRecord(fields) && Object.hasOwn(fields, field) ? fields[field] : undefined;
  const channel = { ...meta };
  for (const name of OF_A_VALUE) delete channel[name];
  return isRecord(own) ? { ...channel, ...(own as Meta) } : channel;
}
