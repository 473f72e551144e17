import type { Meta } from '../../protocol/lp1.ts';
import type { Item, RollChain, RollSource } from '../stores/store.ts';
import { TIERS, type TierSize } from '../stores/tiers.ts';
import { addBlock, type Block, blocksOf, carryOf, keptCarry, parseBlock } from './blocks.ts';
import { type Carry, Columns } from './cells.ts';
import { Fold } from './fold.ts';
import type { Turns } from './turns.ts';

/** Options of `rollItems`. */
export interface RollOptions extends Pick<RollSource, 'keptMs' | 'isLast'> {
  /** Index of the tier that is rolled; -1 for the entries of the channel. */
  tier: number;
  meta: Meta | undefined;
  /** Wall clock, ms since 1970. */
  now: number;
}

/**
 * Rolls one chain into the next tier. Returns the blocks to be appended there, in one append; an empty list if the chain holds
 * nothing that has a history.
 */
export async function rollItems(
  chain: RollChain,
  options: RollOptions,
  turns: Turns,
): Promise<Item[]> {
  const into = TIERS[options.tier + 1] as TierSize;
  const newest = chain.newest === undefined ? undefined : parseBlock(chain.newest);
  const { columns, carry } = await (options.tier < 0 ? foldEntries : foldBlocks)(
    chain,
    { ...options, into, newest },
    turns,
  );
  const blocks = blocksOf(columns, TIERS[options.tier + 2]?.step ?? into.step);
  const last = blocks.at(-1);
  if (!last || !chain.upTo) return [];
  const released = releaseOf(chain, blocks, { ...options, into });
  const { s, c, h, w, ...rest } = last;
  const { v, tag } = chain.upTo;
  const x = released.keepFrom ?? newest?.x;
  const a = Math.max(released.reach, newest?.a ?? -Infinity);
  blocks[blocks.length - 1] = {
    s,
    c,
    h,
    w,
    u: `${v}.${tag}`,
    ...(x !== undefined && { x }),
    ...(a > -Infinity && { a }),
    ...rest,
    ...(carry.size > 0 && { k: keptCarry(carry) }),
  };
  const k = chain.key === '' ? {} : { k: chain.key.slice(1) };
  return blocks.map((block) => ({ json: JSON.stringify(block), t: block.b * block.s, ...k }));
}

interface Into extends RollOptions {
  into: TierSize;
  newest: Block | undefined;
}

interface Folded {
  columns: Columns;
  /** Last readings of counters. */
  carry: Carry;
}

async function foldEntries(
  { texts }: RollChain,
  { into, newest, meta }: Into,
  turns: Turns,
): Promise<Folded> {
  const fields = newest ? Object.keys(newest.f) : [];
  const carry = newest ? carryOf(newest) : new Map();
  const fold = new Fold({ step: into.step, fields, carry, meta });
  for (const text of texts) {
    fold.add(text);
    if (turns.overAtLast) await turns.pause();
  }
  return fold;
}

async function foldBlocks({ texts }: RollChain, { into }: Into, turns: Turns): Promise<Folded> {
  const columns = new Columns(into.step);
  for (const text of texts) {
    addBlock(columns, parseBlock(text));
    await turns.pause();
  }
  return { columns, carry: new Map() };
}

/** Returns which blocks of the tier may be dropped now that new ones are added: rolled ones beyond its size or age. */
function releaseOf(
  { blocks, rolled }: RollChain,
  added: Block[],
  { into, isLast, keptMs, now }: RollOptions & { into: TierSize },
): { keepFrom: number | undefined; reach: number } {
  let left =
    added.reduce((sum, { c }) => sum + c, 0) + blocks.reduce((sum, { count }) => sum + count, 0);
  let keepFrom: number | undefined;
  let reach = -Infinity;
  for (const { v, count, end } of blocks) {
    const isOver = left - count >= into.keep || end <= now - keptMs;
    if (!isOver || !(isLast || v <= rolled)) break;
    left -= count;
    keepFrom = v + 1;
    reach = Math.max(reach, end);
  }
  return { keepFrom, reach };
}
