import type { CSSResult } from 'lit';

/** An element whose class has styles in the form of Lit. */
type Styled = Element & { constructor: { elementStyles?: readonly (CSSResult | CSSStyleSheet)[] } };

/** Sheets by document and text: a constructed sheet belongs to the document that it was made in. */
const sheets = new WeakMap<Document, Map<string, CSSStyleSheet>>();

/**
 * Restores an element's styles after a move into another document (a pop-out window, picture-in-picture), which drops the
 * adopted style sheets of its shadow root.
 */
export function readoptStyles(element: Element): void {
  const { shadowRoot: root, ownerDocument } = element;
  const { elementStyles = [] } = (element as Styled).constructor;
  if (!root || !ownerDocument.defaultView) return;
  root.adoptedStyleSheets = elementStyles.flatMap((style) => {
    const text = 'cssText' in style ? style.cssText : undefined;
    return text === undefined ? [] : [sheetIn(ownerDocument, text)];
  });
}

function sheetIn(page: Document, text: string): CSSStyleSheet {
  const known = sheets.get(page) ?? new Map<string, CSSStyleSheet>();
  sheets.set(page, known);
  const present = known.get(text);
  if (present) return present;
  const view = page.defaultView as (Window & typeof globalThis) | null;
  const sheet = new (view ?? globalThis).CSSStyleSheet();
  sheet.replaceSync(text);
  known.set(text, sheet);
  return sheet;
}
