// @ts-check
/** Plugins that teach the analyzer how our elements are written. */
import { posix } from 'node:path';

/** @typedef {any} Node a syntax tree's node */

/**
 * Reactive properties that a class does not declare itself: those of `static properties` that are declared in an interface of the
 * class's name (declaration merging), or in what that extends, and those of a constant (`...formatProperties`).
 */
export function sharedProperties() {
  /** @type {Map<string, Node[]>} the properties of a constant */
  const constants = new Map();
  /** @type {Map<string, Node[]>} the declarations of an interface */
  const interfaces = new Map();
  /** @returns {Node | undefined} */
  const declared = (/** @type {string} */ type, /** @type {string} */ name) => {
    for (const each of interfaces.get(type) ?? []) {
      const member = each.members.find(
        (/** @type {Node} */ m) => m.name?.getText() === name && m.jsDoc,
      );
      if (member) return member;
      for (const base of each.heritageClauses?.[0]?.types ?? []) {
        const found = declared(base.expression.getText(), name);
        if (found) return found;
      }
    }
    return undefined;
  };
  return {
    name: 'lp-shared-properties',
    collectPhase(/** @type {Node} */ { ts, node }) {
      if (ts.isInterfaceDeclaration(node))
        interfaces.set(node.name.text, [...(interfaces.get(node.name.text) ?? []), node]);
      if (!ts.isVariableDeclaration(node) || node.type?.getText() !== 'PropertyDeclarations')
        return;
      constants.set(node.name.getText(), [...node.initializer.properties]);
    },
    analyzePhase(/** @type {Node} */ { ts, node, moduleDoc }) {
      if (!ts.isClassDeclaration(node)) return;
      const own = moduleDoc.declarations.find((/** @type {Node} */ d) => d.name === node.name.text);
      const properties = node.members.find(
        (/** @type {Node} */ m) => m.name?.text === 'properties',
      );
      const entries = (properties?.initializer?.properties ?? []).flatMap(
        (/** @type {Node} */ entry) =>
          ts.isSpreadAssignment(entry) ? (constants.get(entry.expression.getText()) ?? []) : entry,
      );
      for (const entry of entries) {
        const name = entry.name.getText();
        const isOwn = (/** @type {Node} */ m) => m.name?.text === name;
        if (node.members.some(isOwn)) {
          if (ts.isCallExpression(entry.initializer)) rename(own, name, optionsOf(entry));
          continue;
        }
        const member = declared(node.name.text, name);
        if (!member) throw new Error(`${node.name.text}: ${name} is not declared`);
        const assigned = own.members.find((/** @type {Node} */ m) => m.name === name)?.default;
        own.members = own.members.filter((/** @type {Node} */ m) => m.name !== name);
        own.attributes = own.attributes?.filter((/** @type {Node} */ a) => a.fieldName !== name);
        add(own, { ...described(member), name, assigned }, optionsOf(entry));
      }
    },
  };
}

/** @param {Node} member of an interface */
const described = (member) => ({
  type: { text: member.type.getText() },
  description: member.jsDoc?.at(-1)?.comment,
});

/** Options of a reactive property as the source writes them. @param {Node} entry */
function optionsOf(entry) {
  const text = entry.initializer.getText();
  const [, quoted] = /attribute: '([^']+)'/.exec(text) ?? [];
  return {
    attribute: /attribute: false/.test(text)
      ? undefined
      : (quoted ?? entry.name.getText().toLowerCase()),
    reflects: /reflect: true/.test(text),
  };
}

/**
 * The analyzer reads the options of a property from an object only, not from `oneOf(words, options)`.
 * @param {Node} declaration @param {string} property @param {ReturnType<typeof optionsOf>} options
 */
function rename(declaration, property, { attribute, reflects }) {
  const field = declaration.members.find((/** @type {Node} */ m) => m.name === property);
  const item = declaration.attributes?.find((/** @type {Node} */ a) => a.fieldName === property);
  if (!field || !item || !attribute) return;
  field.attribute = item.name = attribute;
  if (reflects) field.reflects = item.reflects = true;
}

/** @param {Node} declaration @param {Node} field @param {ReturnType<typeof optionsOf>} options */
function add(declaration, field, { attribute, reflects }) {
  const { name, type, description, assigned } = field;
  const shared = {
    type,
    ...(description && { description }),
    ...(assigned && { default: assigned }),
  };
  const reflected = reflects ? { reflects } : {};
  declaration.members.push({
    kind: 'field',
    name,
    ...shared,
    ...(attribute && { attribute }),
    ...reflected,
  });
  if (attribute)
    (declaration.attributes ??= []).push({
      name: attribute,
      ...shared,
      fieldName: name,
      ...reflected,
    });
}

/** `define('lp-feed', LpFeed)` is our `customElements.define`. */
export function definitions() {
  /** @type {Map<string, Map<string, string>>} by module: where a name comes from */
  const imports = new Map();
  return {
    name: 'lp-definitions',
    analyzePhase(/** @type {Node} */ { ts, node, moduleDoc }) {
      const { path } = moduleDoc;
      if (ts.isImportDeclaration(node)) {
        const from = posix.join(posix.dirname(path), node.moduleSpecifier.text);
        const names = imports.get(path) ?? new Map();
        for (const { name } of node.importClause?.namedBindings?.elements ?? [])
          names.set(name.text, from);
        imports.set(path, names);
      }
      if (!ts.isCallExpression(node) || node.expression.getText() !== 'define') return;
      const [tag, element] = node.arguments;
      if (!ts.isStringLiteral(tag)) return;
      const name = element.getText();
      moduleDoc.exports.push({
        kind: 'custom-element-definition',
        name: tag.text,
        declaration: { name, module: imports.get(path)?.get(name) },
      });
    },
  };
}

/**
 * What a class says of a member, part, slot … is its own, also if its base has one of that name. Members that `implements`
 * an interface take over what that says. `Default: 5m.` of a description is a default.
 */
export function ownDescriptions() {
  /** @type {Map<string, Map<string, string>>} */
  const interfaces = new Map();
  /** @type {Map<string, string[]>} by class */
  const implemented = new Map();
  /** @type {Map<string, Set<string>>} by class: `kind name` */
  const own = new Map();
  return {
    name: 'lp-own-descriptions',
    collectPhase(/** @type {Node} */ { ts, node }) {
      if (!ts.isInterfaceDeclaration(node)) return;
      const texts = node.members.map((/** @type {Node} */ m) => [
        m.name?.getText(),
        m.jsDoc?.at(-1)?.comment,
      ]);
      interfaces.set(node.name.text, new Map(texts));
    },
    analyzePhase(/** @type {Node} */ { ts, node }) {
      if (!ts.isClassDeclaration(node)) return;
      const clause = node.heritageClauses?.find(
        (/** @type {Node} */ { token }) => token === ts.SyntaxKind.ImplementsKeyword,
      );
      implemented.set(
        node.name.text,
        clause?.types.map((/** @type {Node} */ t) => t.getText()) ?? [],
      );
    },
    moduleLinkPhase(/** @type {Node} */ { moduleDoc }) {
      for (const declaration of moduleDoc.declarations.filter(isClass)) {
        const names = implemented.get(declaration.name) ?? [];
        for (const item of [...(declaration.members ?? []), ...(declaration.attributes ?? [])]) {
          const key = item.fieldName ?? item.name;
          item.description ??= names.map((name) => interfaces.get(name)?.get(key)).find(Boolean);
          if (item.description === undefined) delete item.description;
        }
        own.set(
          declaration.name,
          new Set(everyItem(declaration).map(({ kind, item }) => `${kind} ${item.name}`)),
        );
      }
    },
    packageLinkPhase(/** @type {Node} */ { customElementsManifest }) {
      for (const { declarations } of customElementsManifest.modules)
        for (const declaration of declarations.filter(isClass))
          for (const { kind, item } of everyItem(declaration)) {
            if (own.get(declaration.name)?.has(`${kind} ${item.name}`)) delete item.inheritedFrom;
            const stated = /Default:? `([^`]+)`(?=[.;]|$)/.exec(item.description ?? '')?.[1];
            const isConstant = /^[A-Z][A-Z_]+$/.test(item.default ?? ''); // its name means nothing to a reader
            if (stated && (kind === 'members' || kind === 'attributes'))
              item.default =
                item.default !== undefined && !isConstant
                  ? item.default
                  : Number.isFinite(Number(stated))
                    ? stated
                    : `'${stated}'`;
          }
    },
  };
}

/** The tokens of theme.ts are custom properties of every element that has them among its styles. */
export function themeTokens() {
  /** @type {Node[]} */
  let tokens = [];
  /** @type {Set<string>} */
  const themed = new Set();
  return {
    name: 'lp-theme-tokens',
    collectPhase(/** @type {Node} */ { ts, node }) {
      if (ts.isVariableDeclaration(node) && node.name.getText() === 'tokens')
        tokens = tokensOf(node);
      if (!ts.isClassDeclaration(node)) return;
      const styles = node.members.find((/** @type {Node} */ m) => m.name?.text === 'styles');
      if (/\btokens\b/.test(styles?.initializer.getText() ?? '')) themed.add(node.name.text);
    },
    packageLinkPhase(/** @type {Node} */ { customElementsManifest }) {
      const classes = customElementsManifest.modules
        .flatMap((/** @type {Node} */ { declarations }) => declarations)
        .filter(isClass);
      for (const declaration of classes)
        for (
          let at = declaration;
          at;
          at = classes.find((/** @type {Node} */ c) => c.name === at.superclass?.name)
        ) {
          if (!themed.has(at.name)) continue;
          declaration.cssProperties = [
            ...(declaration.cssProperties ?? []),
            ...structuredClone(tokens),
          ];
          break;
        }
    },
  };
}

function tokensOf(/** @type {Node} */ node) {
  const css = node.initializer.template.getText();
  const comment = node.parent.parent.jsDoc?.at(-1)?.getText() ?? '';
  const inheritedFrom = { name: 'tokens', module: 'components/element/theme.ts' };
  const found = [...css.matchAll(/--_[\w-]+: var\(\s*(--lp-[\w-]+),\s*([\s\S]*?)\s*\);\n/g)].map(
    ([, name, value]) => ({
      name,
      default: value.replace(/\s+/g, ' ').replace('--_accent', '--lp-color-accent'),
      description: new RegExp(`@cssprop ${name} - (.*)`).exec(comment)?.[1],
      inheritedFrom,
    }),
  );
  const first = (/** @type {string} */ name) => found.find((each) => each.name === name);
  return found.filter((each) => first(each.name) === each); // the second is for high contrast
}

/**
 * The types that an element's module exports and its class names: they are exports of the module in the manifest too, so that
 * tools which write types for other frameworks know where to import them from. Runs after `published`.
 */
export function exportedTypes() {
  /** @type {Map<string, { own: Set<string>, from: { path: string, names: string[] | undefined }[] }>} by module */
  const modules = new Map();
  /** @returns {Map<string, string>} where each exported name is declared: a module, or a package */
  const exportsOf = (/** @type {string} */ path) => {
    const { own, from } = modules.get(path) ?? { own: new Set(), from: [] };
    const found = new Map([...own].map((name) => [name, path]));
    for (const { path: other, names } of from) {
      const theirs = exportsOf(other);
      for (const name of names ?? theirs.keys()) found.set(name, theirs.get(name) ?? other);
    }
    return found;
  };
  return {
    name: 'lp-exported-types',
    analyzePhase(/** @type {Node} */ { ts, node, moduleDoc }) {
      if (!ts.isSourceFile(node.parent ?? {})) return;
      const { path } = moduleDoc;
      const known = modules.get(path) ?? { own: new Set(), from: [] };
      modules.set(path, known);
      if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
        const { text } = node.moduleSpecifier;
        known.from.push({
          path: text.startsWith('.') ? posix.join(posix.dirname(path), text) : text,
          names: node.exportClause?.elements?.map((/** @type {Node} */ each) => each.name.text),
        });
      } else if (node.getText().startsWith('export ') && node.name) known.own.add(node.name.text);
    },
    packageLinkPhase(/** @type {Node} */ { customElementsManifest }) {
      for (const module of customElementsManifest.modules) {
        const exported = exportsOf(module.path.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
        const listed = new Set(module.exports.map((/** @type {Node} */ each) => each.name));
        const named = new Set(
          module.declarations.flatMap((/** @type {Node} */ declaration) =>
            everyItem(declaration).flatMap(({ item }) => typeNames(item)),
          ),
        );
        for (const [name, from] of exported)
          if (named.has(name) && !listed.has(name))
            module.exports.push({ kind: 'js', name, declaration: { name, ...placeOf(from) } });
      }
    },
  };
}

/** The names of types in a member's or event's type. @param {Node} item @returns {string[]} */
const typeNames = ({ type, return: returned, parameters = [] }) =>
  [type, returned?.type, ...parameters.map((/** @type {Node} */ each) => each.type)].flatMap(
    (each) => each?.text?.match(/\b[A-Z]\w*\b/g) ?? [],
  );

/** @param {string} from a module of ours, or a package */
const placeOf = (from) =>
  from.endsWith('.ts') ? { module: `dist/${from.replace(/\.ts$/, '.js')}` } : { package: from };

/** Names of types that are a choice of words, and members of interfaces that are, become these words. */
export function wordTypes() {
  /** @type {Map<string, string>} */
  const texts = new Map();
  return {
    name: 'lp-word-types',
    collectPhase(/** @type {Node} */ { ts, node }) {
      if (ts.isTypeAliasDeclaration(node) && ts.isUnionTypeNode(node.type))
        texts.set(node.name.text, wordsOf(ts, node.type));
      if (!ts.isInterfaceDeclaration(node)) return;
      for (const { name, type } of node.members)
        if (name && type) texts.set(`${node.name.text}['${name.getText()}']`, wordsOf(ts, type));
    },
    packageLinkPhase(/** @type {Node} */ { customElementsManifest }) {
      for (const { declarations } of customElementsManifest.modules)
        for (const declaration of declarations.filter(isClass))
          for (const { item } of everyItem(declaration))
            for (const type of [item.type, item.return?.type])
              if (type) type.text = spelledOut(type.text, texts);
    },
  };
}

const wordsOf = (/** @type {Node} */ ts, /** @type {Node} */ type) =>
  (ts.isUnionTypeNode(type) ? [...type.types] : [type])
    .map((/** @type {Node} */ each) => each.getText())
    .map((text) => (text === '(string & {})' ? 'string' : text))
    .join(' | ');

const spelledOut = (/** @type {string} */ text, /** @type {Map<string, string>} */ texts) => {
  const parts = text.split(/\s*\|\s*(?![^(]*\))/).filter(Boolean);
  const spelled = parts.flatMap((part) => {
    const known = texts.get(part);
    return known && /^'|\| '/.test(known) ? known.split(' | ') : [part];
  });
  return [...new Set(spelled)].join(' | ');
};

const KINDS = [
  'members',
  'attributes',
  'events',
  'slots',
  'cssParts',
  'cssProperties',
  'cssStates',
];

/** @param {Node} declaration */
export const everyItem = (declaration) =>
  KINDS.flatMap((kind) =>
    (declaration[kind] ?? []).map((/** @type {Node} */ item) => ({ kind, item })),
  );

/** @param {Node} declaration */
export const isClass = (declaration) => declaration.kind === 'class';
