import type { ElementPart } from 'lit';
import { noChange } from 'lit';
import type { DirectiveResult, PartInfo } from 'lit/directive.js';
import { Directive, directive, PartType } from 'lit/directive.js';

/**
 * Sets a custom property on an element through the CSSOM, which a strict Content-Security-Policy allows, unlike a `style`
 * attribute: `<div ${cssProperty('--_part', 0.4)}>`. Writes only what changed.
 */
export const cssProperty: (name: `--${string}`, value: string | number) => DirectiveResult =
  directive(
    class CssProperty extends Directive {
      #written: string | undefined;

      constructor(part: PartInfo) {
        super(part);
        if (part.type !== PartType.ELEMENT)
          throw new Error('cssProperty must be used in the tag of an element, not in an attribute');
      }

      override render(_name: `--${string}`, _value: string | number): unknown {
        return noChange;
      }

      override update(part: ElementPart, [name, value]: [`--${string}`, string | number]): unknown {
        const text = String(value);
        const element = part.element as Element & ElementCSSInlineStyle;
        if (text !== this.#written) element.style.setProperty(name, text);
        this.#written = text;
        return noChange;
      }
    },
  );
