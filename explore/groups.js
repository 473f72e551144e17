// @ts-check
/** The tree of prefixes: pure functions, without a page. */

/** Maximum number of groups that are shown; the search finds the others. */
export const MOST_GROUPS = 200;

/**
 * The groups below a prefix with the number of their channels: names are divided at `.`, `:` and
 * `/`, and where that gives no groups, at `_`.
 * @param {string[]} names
 * @param {string} prefix
 * @returns {{ prefix: string, count: number }[]}
 */
export function groupsBelow(names, prefix) {
  const groups = dividedAt(/[./:]/, names, prefix);
  if (groups.length > 0) return groups;
  return dividedAt(/_/, names, prefix).filter(({ count }) => count > 1);
}

/**
 * @param {RegExp} separator
 * @param {string[]} names
 * @param {string} prefix
 */
function dividedAt(separator, names, prefix) {
  const counts = new Map();
  for (const name of names) {
    if (!name.startsWith(prefix)) continue;
    const end = name.slice(prefix.length).search(separator);
    if (end < 0) continue;
    const group = name.slice(0, prefix.length + end + 1);
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return [...counts].map(([group, count]) => ({ prefix: group, count }));
}

/**
 * The prefixes that lead to a prefix, each one step longer: `a.b_c` gives `a.`, `a.b_`, `a.b_c`.
 * @param {string} prefix
 */
export const stepsTo = (prefix) => prefix.split(/(?<=[./:_])/).filter(Boolean);
