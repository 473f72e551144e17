/** As much of a keydown as the rules look at. */
export interface KeyPress {
  key: string;
  keyCode: number;
  isComposing: boolean;
  shiftKey: boolean;
  altKey: boolean;
  repeat: boolean;
}

/**
 * Enter belongs to the input method: it takes a suggestion. Safari ends the composition before it tells of the key, hence the
 * key code (UI Events: 229 while an input method has the key).
 */
export const composes = ({ isComposing, keyCode }: KeyPress): boolean =>
  isComposing || keyCode === 229;

/** Enter sends; with Shift or Alt it breaks the line; held down it sends once. */
export function sends(press: KeyPress): boolean {
  const { key, shiftKey, altKey, repeat } = press;
  return key === 'Enter' && !shiftKey && !altKey && !repeat && !composes(press);
}
