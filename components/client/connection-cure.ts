import type { ClientError } from './client-error.ts';

/** Facts about a failing connection. */
export interface ConnectionFacts {
  /** Base URL of the server. */
  url: string;
  error: ClientError;
  /** `location` and origin of the page; `null` is the origin of a file or a frame with `sandbox`. */
  page: { origin: string; protocol: string };
  /** Addresses that the page's Content Security Policy has blocked. */
  blocked: Iterable<string>;
  /** True if requests have an `Authorization` header. */
  hasToken: boolean;
}

/**
 * Returns what the operator of the page or server can do about a failing connection, for the console. Undefined where
 * the only cure is to wait, because the server or the network is down.
 */
export async function connectionCure(facts: ConnectionFacts): Promise<string | undefined> {
  const { url, error, hasToken } = facts;
  const { code, status, message } = error;
  switch (code) {
    case 'network':
      return networkCure(facts);
    case 'intermediary':
      return status === 404 || status === 405 || status === 410
        ? `no lp-kit server answers at ${url} (${status}): look at the address in src, and at the proxy's rule for it`
        : `a proxy, firewall or login portal between this page and ${url} refuses the requests (${status}): let ${url}/ pass there`;
    case 'not-an-answer':
      return `${message}: a login page, another program, or a proxy that changes bodies or headers answers in place of lp-kit. Let ${url}/ pass unchanged, with its Content-Type`;
    case 'frozen-clock':
      return `a cache answers in place of the server: keep ${url}/poll out of it, or start the server with --shared`;
    case 'unknown-channel':
      return `${message}: describe the channel (lp-kit describe ${error.channel ?? 'NAME'}), or start the server without --strict`;
    case 'unauthorized':
      return hasToken && message.startsWith('a token is needed')
        ? `this page sends an Authorization header, and the server at ${url} gets none: a proxy removes it`
        : undefined;
    default:
      return undefined;
  }
}

async function networkCure({ url, page, blocked }: ConnectionFacts): Promise<string | undefined> {
  const { origin } = new URL(url);
  if ([...blocked].some((address) => address.startsWith(origin)))
    return `this page's Content Security Policy blocks the server: add "connect-src ${origin}"`;
  if (origin === page.origin) return undefined;
  if (page.protocol === 'https:' && url.startsWith('http:'))
    return `a page that is loaded by https may not ask ${origin}: give the server https too`;
  if (!(await answers(`${url}/health`))) return undefined;
  const start = `start the server with --allow-origin ${page.origin}`;
  return page.origin === 'null'
    ? `the server at ${url} answers, but does not allow a page that was opened as a file or in a sandbox (origin null): open the page from a web server, or ${start}`
    : `the server at ${url} answers, but does not allow pages of ${page.origin}: ${start}`;
}

/** Whether any server answers at a URL, also if the page may not read the response. */
async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url, { mode: 'no-cors', cache: 'no-store', signal: AbortSignal.timeout(10_000) });
    return true;
  } catch {
    return false;
  }
}
