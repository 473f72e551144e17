import { VersionGaps } from './version-gaps.ts';

/** If there are more gaps than this, the trim floor is raised to the oldest one, so that memory stays bounded under many changes of meta. */
const MAX_GAPS = 1_000;

/**
 * The trim floor of a channel: the version from which on cursors can be continued, and the versions above it that are
 * not retained.
 */
export class TrimFloor {
  /** Version of the youngest data entry that was dropped, or of the deletion. Cursors before it cannot be continued. */
  v = 0;
  /** Tag of that version. */
  tag = '';
  /** Version of the last deletion; 0 = never deleted. */
  clearedAt = 0;
  /** Versions above the floor that are not retained. */
  gaps: VersionGaps = new VersionGaps();

  /** Raises the floor to a version; a lower one changes nothing. */
  raise(v: number, tag: string): void {
    if (v <= this.v) return;
    this.v = v;
    this.tag = tag;
    this.gaps.trim(v);
  }

  /** Notes that the version of a replaced meta is not retained; `edge` where it was the last of its record. */
  addGap(v: number, tag: string, edge: boolean): void {
    this.gaps.add(v, tag, edge);
    const { count, first } = this.gaps;
    if (count > MAX_GAPS && first) this.raise(first[1], first[2]);
  }
}
