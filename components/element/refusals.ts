import { plainNumber } from '../data/number.ts';
import { stateOf } from '../data/states.ts';
import type { HoldsOptions } from './channel-data.ts';

type Refusal = NonNullable<HoldsOptions['refuses']>;

/** Refuses objects and lists, for elements that write a value as text. A page's `formatter` may write them. */
export const refusesNested: Refusal = (value, { hasFormatter }) =>
  typeof value === 'object' && !hasFormatter
    ? 'it holds values itself; name one by field="…"'
    : undefined;

/** Refuses everything but numbers and known states, for elements that draw a number on a scale. */
export const refusesWords: Refusal = (value, { states }) =>
  plainNumber(value) === undefined && !stateOf(value, states)
    ? 'a scale shows numbers; make one of it by transform'
    : undefined;
