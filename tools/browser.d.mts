export const chromeArgs: string[];
export function findChrome(): string | undefined;
export function findFirefox(): string | undefined;
export function ensureChrome(): Promise<string>;
