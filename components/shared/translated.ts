/**
 * Replaces each `<font>` below `root` by a text node. Browsers and extensions that translate a page wrap text nodes in such
 * elements; Lit writes into the node after its marker, and would write into the `<font>` without effect. Translated text
 * stays until the next value arrives. Call it before an update. The kit itself has no `<font>`.
 */
export function mendTranslated(root: ParentNode): void {
  // an inner one is removed with the outer one
  for (const font of root.querySelectorAll('font'))
    if (font.parentElement?.localName !== 'font')
      font.replaceWith(font.ownerDocument.createTextNode(font.textContent ?? ''));
}
