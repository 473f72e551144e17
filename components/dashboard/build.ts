import type { Plan } from './config.ts';

/** Marks what a configuration built, so that a clone of the page does not keep it twice. */
export const BUILT = 'data-lp-built';

/** The elements of plans. */
export const build = (plans: readonly Plan[]): Element[] =>
  plans.map((plan) => {
    const element = elementOf(plan);
    element.setAttribute(BUILT, '');
    return element;
  });

function elementOf({ tag, attributes, text, children }: Plan): Element {
  const element = document.createElement(tag);
  for (const [name, value] of attributes) element.setAttribute(name, value);
  element.append(text, ...children.map(elementOf));
  return element;
}
