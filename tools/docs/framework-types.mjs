// @ts-check
/**
 * Types of the tags for templates of frameworks, generated from the manifest: each attribute and property has the type of the class's
 * member, so that they cannot differ from it.
 */
import { posix } from 'node:path';

/** @typedef {any} Node a declaration or an item of the manifest */

const NOTE = '// Made of the doc comments by tools/docs.mjs.\n';

/**
 * The files of dist/types/, by name.
 * @param {Node} manifest
 * @returns {Record<string, string>}
 */
export function frameworkTypes(manifest) {
  const elements = manifest.modules
    .flatMap((/** @type {Node} */ { path, declarations }) =>
      declarations.map((/** @type {Node} */ each) => ({ ...each, path })),
    )
    .filter((/** @type {Node} */ { tagName }) => tagName)
    .sort((/** @type {Node} */ a, /** @type {Node} */ b) => (a.tagName < b.tagName ? -1 : 1));
  return {
    'elements.d.ts': NOTE + elementTypes(elements),
    'react.d.ts': NOTE + REACT,
    'preact.d.ts': NOTE + PREACT,
    'solid.d.ts': NOTE + SOLID,
    'vue.d.ts': NOTE + vue(elements),
    'svelte.d.ts': NOTE + SVELTE,
    'none.js': '// There are only types here.\nexport {};\n',
  };
}

/** @param {Node[]} elements */
function elementTypes(elements) {
  const imports = elements.map(
    ({ name, path }) => `import type { ${name} } from '${posix.relative('dist/types', path)}';\n`,
  );
  const entries = elements.map((element) => {
    const { tagName, name, attributes = [], members = [], events = [] } = element;
    const set = members.filter(
      (/** @type {Node} */ m) =>
        m.kind === 'field' &&
        !m.readonly &&
        !m.static &&
        !/private|protected/.test(m.privacy ?? ''),
    );
    const renamed = attributes.filter(
      (/** @type {Node} */ a) => a.fieldName && a.fieldName !== a.name,
    );
    const plain = attributes.filter((/** @type {Node} */ a) => !a.fieldName && a.name !== 'lang');
    return [
      `  '${tagName}': {`,
      `    element: ${name};`,
      '    props: {',
      ...set.map(
        (/** @type {Node} */ m) => `      ${doc(m)}${m.name}?: Given<${name}['${m.name}']>;`,
      ),
      ...renamed.map(
        (/** @type {Node} */ a) => `      ${doc(a)}'${a.name}'?: Given<${name}['${a.fieldName}']>;`,
      ),
      ...plain.map((/** @type {Node} */ a) => `      ${doc(a)}'${a.name}'?: string;`),
      '    };',
      '    events: {',
      ...events.map(
        (/** @type {Node} */ e) => `      ${doc(e)}'${e.name}': HTMLElementEventMap['${e.name}'];`,
      ),
      '    };',
      '  };',
    ].join('\n');
  });
  return `${imports.join('')}
/** What a template may set: the member's type; for a number or boolean also its text, as in an attribute. */
type Given<T> = T | (NonNullable<T> extends number | boolean ? \`\${NonNullable<T> & (number | boolean)}\` | '' : never) | undefined;

/** The tags of lp-kit: class, what may be set, and events. */
export interface LpElements {
${entries.join('\n')}
}

/** The tags of lp-kit. */
export type LpTag = keyof LpElements;
/** Attributes and properties of a tag. */
export type LpProps<T extends LpTag> = LpElements[T]['props'];
/** The events of a tag as properties: \`onlp-data\`. */
export type LpHandlers<T extends LpTag> = {
  [E in keyof LpElements[T]['events'] & string as \`on\${E}\`]?: (event: LpElements[T]['events'][E]) => void;
};
`;
}

/** @param {Node} item */
const doc = ({ description = '' }) =>
  description ? `/** ${description.replaceAll('*/', '* /').replaceAll('\n', ' ')} */\n      ` : '';

/**
 * The tags for the templates of a framework whose attributes have the generic type `attributes`, and `more` types if any.
 * @param {string} attributes @param {string} [more]
 */
const tags = (
  attributes,
  more = '',
) => `import type { LpElements, LpHandlers, LpProps, LpTag } from './elements.js';

type Tags = {
  [T in LpTag]: LpProps<T> &
    LpHandlers<T> &
    Omit<${attributes}<LpElements[T]['element']>, keyof LpProps<T>>${more};
};
`;

/** Adds the tags to JSX. @param {string} module */
const jsx = (module) => `
declare module '${module}' {
  namespace JSX {
    interface IntrinsicElements extends Tags {}
  }
}
`;

const REACT = `import type { HTMLAttributes, RefAttributes } from 'react';
${tags('HTMLAttributes', " &\n    RefAttributes<LpElements[T]['element']> & { class?: string }")}${jsx('react')}`;

const PREACT = `import type { HTMLAttributes } from 'preact';
${tags('HTMLAttributes')}${jsx('preact')}`;

const SOLID = `import type { JSX } from 'solid-js';
import type { LpElements, LpProps, LpTag } from './elements.js';

type Tags = {
  [T in LpTag]: LpProps<T> & {
    [P in keyof LpProps<T> & string as \`prop:\${P}\` | \`attr:\${P}\`]?: LpProps<T>[P];
  } & {
    [E in keyof LpElements[T]['events'] & string as \`on:\${E}\`]?: (event: LpElements[T]['events'][E]) => void;
  } & Omit<JSX.HTMLAttributes<LpElements[T]['element']>, keyof LpProps<T>>;
};
${jsx('solid-js')}`;

const SVELTE = `import type { HTMLAttributes } from 'svelte/elements';
${tags('HTMLAttributes')}
declare module 'svelte/elements' {
  interface SvelteHTMLElements extends Tags {}
}
`;

/** @param {Node[]} elements */
const vue = (elements) => `import type { DefineComponent, HTMLAttributes } from 'vue';
import type { LpElements, LpProps, LpTag } from './elements.js';

type Capital<S extends string> = S extends \`\${infer A}-\${infer B}\` ? \`\${Capitalize<A>}\${Capital<B>}\` : Capitalize<S>;
type Tag<T extends LpTag> = DefineComponent<
  LpProps<T> & {
    [E in keyof LpElements[T]['events'] & string as \`on\${Capital<E>}\`]?: (event: LpElements[T]['events'][E]) => void;
  } & Omit<HTMLAttributes, keyof LpProps<T>>
>;

declare module 'vue' {
  interface GlobalComponents {
${elements.map(({ tagName }) => `    '${tagName}': Tag<'${tagName}'>;`).join('\n')}
  }
}
`;
