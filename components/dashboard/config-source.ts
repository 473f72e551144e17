import { ConfigError } from './config.ts';

/** The `config` of a dashboard: a reference, a URL, or the configuration itself. */
export type ConfigValue = string | object | undefined;

/** Where a configuration is read from. */
export interface ConfigPlace {
  /** The dashboard: by default, a `<script type="application/json">` in it is its configuration. */
  host: Element;
  /** `#id` of such a script, a URL of the document's origin, or the value itself. */
  config: ConfigValue;
  /** Requests a URL, like `fetch`. */
  load: typeof globalThis.fetch;
  signal: AbortSignal;
}

/**
 * Returns the configuration, as text or value; undefined if there is none. @throws ConfigError if it cannot be loaded
 */
export async function readConfig({ host, config, load, signal }: ConfigPlace): Promise<unknown> {
  if (typeof config === 'object') return config;
  if (!config) {
    const own = host.querySelector(':scope > script[type="application/json"]');
    return own ? wholeText(own) : undefined;
  }
  if (config.startsWith('#')) {
    const root = host.getRootNode() as Document | ShadowRoot;
    const script = root.getElementById?.(config.slice(1));
    if (script?.localName !== 'script') {
      throw new ConfigError(`config="${config}": the page has no <script> with this id`);
    }
    return wholeText(script);
  }
  return loaded(config, load, signal);
}

// While the document is parsed, a script may contain only the first part of its text.
async function wholeText(script: Element): Promise<string> {
  if (document.readyState === 'loading')
    await new Promise((resolve) =>
      document.addEventListener('DOMContentLoaded', resolve, { once: true }),
    );
  return script.textContent ?? '';
}

async function loaded(
  config: string,
  load: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<string> {
  const url = URL.canParse(config, document.baseURI)
    ? new URL(config, document.baseURI)
    : undefined;
  if (url?.origin !== location.origin)
    throw new ConfigError(
      `config="${config}" is of another origin: serve it from the page’s own origin`,
    );
  const response = await load(url, { signal, headers: { Accept: 'application/json' } });
  if (!response.ok)
    throw new ConfigError(`config="${config}" could not be loaded: status ${response.status}`);
  return response.text();
}
