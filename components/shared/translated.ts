/**
 * Replaces each `<font>` below `root` by a text node. Browsers and extensions that translate a page wrap text nodes in such
 * elements; Lit writes into the node after its marker, and would write into the `<font>` without effect. Translated text
 * stays until the next value arrives. Call it before an update. The kit itself has no `<font>`.
 */
export function mendTranslated(root: ParentNode): void {
  for (const font of root.querySelectorAll('font'))
    if (font.parentElement?.localName !== 'font')
      // an outer one takes those within it along
      font.replaceWith(font.ownerDocument.createTextNode(font.textContent ?? ''));
}
