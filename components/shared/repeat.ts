import type { ChildPart } from 'lit';
import { directive } from 'lit/directive.js';
import type { ItemTemplate, KeyFn, RepeatDirective } from 'lit/directives/repeat.js';
import { repeat as litRepeat } from 'lit/directives/repeat.js';

type Repeat = new (...args: ConstructorParameters<typeof RepeatDirective>) => RepeatDirective;

// lit exports the class as a type only; each of its results carries it.
const { _$litDirective$: Base } = litRepeat([], () => undefined) as { _$litDirective$: Repeat };

/**
 * lit's `repeat` for templates of exactly one element, without the comment nodes that lit-html 3.3.1 to 3.3.3 leaves behind
 * for every removed item (lit issues 5010 and 5298: `removePart` keeps the end marker). Remove it once a release fixes that:
 * test/browser/repeat.test.ts fails then.
 */
export const repeat = directive(
  class KeyedElements extends Base {
    override update<T>(
      part: ChildPart,
      args: [Iterable<T>, KeyFn<T> | ItemTemplate<T>, ItemTemplate<T>],
    ): ReturnType<RepeatDirective['update']> {
      const result = super.update(part, args);
      sweep(part.parentNode);
      return result;
    }
  },
) as typeof litRepeat;

/** Removes markers that are not beside an element: the two markers of an item enclose it. */
function sweep(container: Node): void {
  for (let node = container.firstChild?.nextSibling ?? null; node; ) {
    const next: ChildNode | null = node.nextSibling;
    const isAlone = !isElement(node.previousSibling) && !isElement(next);
    if (isAlone && node.nodeType === Node.COMMENT_NODE) node.remove();
    node = next;
  }
}

const isElement = (node: Node | null): boolean => node?.nodeType === Node.ELEMENT_NODE;
