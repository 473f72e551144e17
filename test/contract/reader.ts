import assert from 'node:assert/strict';
import { parseCursor } from '../../protocol/lp1.ts';
import type { ReadLimit, Slice, Store } from '../../server/stores/store.ts';
import { PLENTY, type Told, told } from './case.ts';

/**
 * What a client would hold of a channel: the apply rule on slices, with every requirement of a
 * slice checked.
 */
export class Reader {
  cursor = '';
  view: Map<number, string> = new Map();
  resets: string[] = [];
  meta: string | undefined;
  readonly channel: string;

  constructor(channel: string) {
    this.channel = channel;
  }

  /** Reads until there is no more. */
  async catchUp(store: Store, limit: ReadLimit = PLENTY): Promise<void> {
    for (let n = 0; n < 300; n++) {
      const slice = await store.read(this.channel, parseCursor(this.cursor), limit);
      const before = this.cursor;
      this.apply(slice);
      if (!slice.more) return;
      assert.notEqual(this.cursor, before, 'more is true, but the cursor does not advance');
    }
    assert.fail(`300 slices of ${this.channel} and still more`);
  }

  apply(slice: Slice): void {
    const entries = told(slice);
    const from = parseCursor(this.cursor)?.v ?? 0;
    const to = parseCursor(slice.to)?.v ?? 0;
    if (slice.reset) {
      this.view.clear();
      this.meta = slice.meta;
      this.resets.push(slice.reset);
      checkAscending(entries, 0);
    } else if (slice.skips) {
      checkAscending(entries, parseCursor(this.cursor)?.at ?? from);
    } else {
      assert.equal(
        entries.length,
        to - from,
        `a gap or a repetition from ${this.cursor} to ${slice.to}`,
      );
      entries.forEach((entry, i) => assert.equal(entry.v, from + 1 + i));
    }
    for (const [i, { v, m }] of entries.entries()) {
      assert.ok(v <= to, 'an entry after the cursor');
      if (m === undefined) this.view.set(v, slice.entries[i] as string);
      else this.meta = JSON.stringify(m);
    }
    this.cursor = slice.to;
  }

  /**
   * The view is what the store would return to a new subscriber; it may hold more, older entries.
   */
  async checkAgainst(store: Store): Promise<void> {
    const fresh = new Reader(this.channel);
    await fresh.catchUp(store, { entries: 30, bytes: 1e9 });
    assert.equal(this.cursor, fresh.cursor, 'the cursor is not that of a new subscriber');
    for (const [v, text] of fresh.view)
      assert.equal(this.view.get(v), text, `version ${v} differs`);
    assert.deepEqual(this.meta && JSON.parse(this.meta), fresh.meta && JSON.parse(fresh.meta));
  }
}

function checkAscending(entries: Told[], after: number): void {
  entries.forEach(({ v }, i) => {
    assert.ok(v > (entries[i - 1]?.v ?? after), 'versions are out of order');
  });
}
