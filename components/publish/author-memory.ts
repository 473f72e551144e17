/** One name for all forms of a site that remember it. */
const KEY = 'lp-kit.author';

/** The name that was remembered; '' for none, also where storage is forbidden. */
export function rememberedAuthor(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return ''; // blocked, or a sandboxed frame: the form works without
  }
}

/** Remembers a name; forgets it where it is empty. */
export function rememberAuthor(name: string): void {
  try {
    if (name.trim() === '') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, name.trim());
  } catch {
    // blocked or full: the name is typed anew next time
  }
}
