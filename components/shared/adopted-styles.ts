import type { CSSResult } from 'lit';

/** An element whose class has styles in the form of Lit. */
type Styled = Element & { constructor: { elementStyles?: readonly (CSSResult | CSSStyleSheet)[] } };

/** Sheets by window and text: a constructed sheet belongs to the document that it was made in. */
const sheets = new WeakMap<Window, Map<string, CSSStyleSheet>>();

/**
 * Restores an element's styles after a move into another document (a pop-out window, picture-in-picture), which drops the
 * adopted style sheets of its shadow root.
 */
export function readoptStyles(element: Element): void {
  const { shadowRoot: root, ownerDocument } = element;
  const { elementStyles = [] } = (element as Styled).constructor;
  const view = ownerDocument.defaultView;
  if (!root || !view) return;
  root.adoptedStyleSheets = elementStyles.flatMap((style) =>
    'cssText' in style ? [sheetIn(view, style.cssText)] : [],
  );
}

function sheetIn(view: Window & typeof globalThis, text: string): CSSStyleSheet {
  const known = sheets.get(view) ?? new Map<string, CSSStyleSheet>();
  sheets.set(view, known);
  const sheet = known.get(text) ?? new view.CSSStyleSheet();
  if (!known.has(text)) sheet.replaceSync(text);
  known.set(text, sheet);
  return sheet;
}
