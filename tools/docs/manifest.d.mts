/** As much of the manifest's schema as the tests look at. */
export interface Item {
  name: string;
  kind?: 'field' | 'method';
  description?: string;
  default?: string;
  attribute?: string;
  fieldName?: string;
  reflects?: boolean;
  readonly?: boolean;
  type?: { text: string };
  inheritedFrom?: { name: string; module?: string };
}

export interface Declaration {
  name: string;
  tagName?: string;
  description?: string;
  superclass?: { name: string };
  attributes?: Item[];
  members?: Item[];
  events?: Item[];
  slots?: Item[];
  cssParts?: Item[];
  cssProperties?: Item[];
  cssStates?: Item[];
}

export interface Manifest {
  modules: {
    path: string;
    declarations: Declaration[];
    exports: { kind: string; name: string; declaration: { name: string; module?: string } }[];
  }[];
}

export function manifest(): Manifest;
