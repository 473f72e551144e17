/**
 * Puts a text node in the place of each `<font>` below. Browsers and extensions that translate a page wrap text nodes in such
 * elements; Lit writes into the node behind its marker, and would write into the `<font>` without effect. What was translated
 * stays as it reads until the next value comes. Call it before an update draws. The kit itself has no `<font>`.
 */
export function mendTranslated(root: ParentNode): void {
  for (const font of root.querySelectorAll('font'))
    if (font.parentElement?.localName !== 'font')
      // an outer one takes those within it along
      font.replaceWith(font.ownerDocument.createTextNode(font.textContent ?? ''));
}
