/** Tolerance for rounding, in pixels. */
const SLACK_PX = 1;

/**
 * Returns the parts of an element that overflow it, or are cut off by a box that does not scroll, as `selector: by how much`. Hidden
 * parts, and those only for screen readers, do not count.
 */
export function overflowing(host: Element): string[] {
  const frame = host.getBoundingClientRect();
  const found: string[] = [];
  for (const element of host.shadowRoot?.querySelectorAll<HTMLElement>('*') ?? []) {
    if (!element.checkVisibility({ visibilityProperty: true }) || isUnseen(element)) continue;
    const { left, right } = element.getBoundingClientRect();
    const outside = Math.max(frame.left - left, right - frame.right);
    if (outside > SLACK_PX && !scrolls(element, host))
      found.push(`${nameOf(element)} sticks out by ${outside}`);
    const cut = element.scrollWidth - element.clientWidth;
    if (clips(element) && cut > SLACK_PX) found.push(`${nameOf(element)} is cut by ${cut}`);
  }
  return found;
}

const isUnseen = (element: Element): boolean =>
  element.closest('.sr') !== null || getComputedStyle(element).clipPath !== 'none';

const nameOf = ({ localName, className }: Element): string =>
  `${localName}${typeof className === 'string' && className ? `.${className.trim().replaceAll(/\s+/g, '.')}` : ''}`;

function scrolls(element: Element, host: Element): boolean {
  for (let at: Element | null = element.parentElement; at && at !== host; at = at.parentElement)
    if (/auto|scroll/.test(getComputedStyle(at).overflowX)) return true;
  return false;
}

const clips = (element: HTMLElement): boolean =>
  /hidden|clip/.test(getComputedStyle(element).overflowX) && element.textContent?.trim() !== '';
