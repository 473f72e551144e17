// @ts-check
import { posix } from 'node:path';

/** Members that users of an element do not call: callbacks of the platform, and those that our own classes call on each other. */
const INTERNAL = new Set(['connectedMoveCallback', 'address']);

/** Removes from the manifest what is not for users, and replaces the paths of sources by those of the package. */
export function published() {
  return {
    name: 'lp-published',
    // Before inheritance is resolved: a private or static member is not the one of the same name in a base or child class.
    moduleLinkPhase(/** @type {any} */ { moduleDoc }) {
      for (const declaration of moduleDoc.declarations)
        declaration.members = declaration.members?.filter(isPublic);
    },
    packageLinkPhase(/** @type {any} */ { customElementsManifest: whole }) {
      const needed = neededClasses(whole);
      for (const module of whole.modules) {
        module.declarations = module.declarations.filter((/** @type {any} */ { name }) =>
          needed.has(name),
        );
        const isKept = new Set(module.declarations.map((/** @type {any} */ { name }) => name));
        module.exports = module.exports.filter(
          (/** @type {any} */ { kind, name }) =>
            kind === 'custom-element-definition' || isKept.has(name),
        );
        for (const declaration of module.declarations) tidy(declaration);
      }
      whole.modules = whole.modules.filter((/** @type {any} */ { exports }) => exports.length > 0);
      for (const module of whole.modules) publishPaths(module);
    },
  };
}

/** Returns the names of the classes to publish: elements, their base classes, and events. @param {any} whole */
function neededClasses(whole) {
  const classes = new Map(
    whole.modules
      .flatMap((/** @type {any} */ { declarations }) => declarations)
      .filter((/** @type {any} */ { kind }) => kind === 'class')
      .map((/** @type {any} */ declaration) => [declaration.name, declaration]),
  );
  const needed = new Set([...classes.keys()].filter((name) => /^Lp\w+Event$/.test(name)));
  for (const declaration of classes.values())
    for (let at = declaration.tagName && declaration; at; at = classes.get(at.superclass?.name))
      needed.add(at.name);
  return needed;
}

/** @param {any} declaration */
function tidy(declaration) {
  declaration.customElement ||= declaration.tagName !== undefined || undefined;
  declaration.attributes?.sort(
    (/** @type {any} */ a, /** @type {any} */ b) => Number(!a.fieldName) - Number(!b.fieldName),
  );
  // The analyzer infers events from dispatch calls; ours are declared by @fires.
  declaration.events = declaration.events?.filter(
    (/** @type {any} */ { description }) => description,
  );
  if (declaration.description) declaration.description = unwrapped(declaration.description);
  for (const items of Object.values(declaration))
    for (const item of Array.isArray(items) ? items : [])
      if (item.description) item.description = unwrapped(item.description);
}

/** @param {any} member */
const isPublic = ({ name, privacy = 'public', static: isStatic }) =>
  !name.startsWith('#') && privacy === 'public' && !isStatic && !INTERNAL.has(name);

/** Joins the lines of a comment, except in lists and code. @param {string} text */
const unwrapped = (text) => text.replace(/([^\n])\n(?!\n|\s{4}|[-*] )/g, '$1 ').trim();

/** @param {any} module */
function publishPaths(module) {
  const { path } = module;
  for (const { declaration } of module.exports)
    if (declaration?.module) declaration.module = publishedPath(declaration.module);
  for (const declaration of module.declarations)
    for (const reference of references(declaration))
      reference.module = publishedPath(
        reference.module.startsWith('.')
          ? posix.join(posix.dirname(path), reference.module)
          : reference.module,
      );
  module.path = publishedPath(path);
}

/** @param {any} declaration @returns {{ module: string }[]} */
const references = (declaration) =>
  [
    declaration.superclass,
    ...Object.values(declaration)
      .filter(Array.isArray)
      .flat()
      .map(({ inheritedFrom }) => inheritedFrom),
  ].filter((reference) => reference?.module);

/** @param {string} path */
const publishedPath = (path) =>
  path.replace(/^\/?components\//, 'dist/components/').replace(/\.ts$/, '.js');
