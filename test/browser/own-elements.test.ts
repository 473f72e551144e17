import { expect } from '@open-wc/testing';
import '../../components/source/define.ts';
import { freshChannel, line, post, serverUrl, until } from '../support/page.ts';

/** The example of docs/own-elements.md, with its imports as this server resolves them. */
async function runExample(): Promise<void> {
  const page = await (await fetch('/docs/own-elements.md')).text();
  const code = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const modules: Record<string, string> = {
    lit: '/node_modules/lit/index.js',
    'lp-kit/live-controller': '/components/source/live-controller.ts',
  };
  const resolved = code.replace(
    /from '([^']+)'/g,
    (_all, name: string) => `from '${location.origin}${modules[name]}'`,
  );
  await import(URL.createObjectURL(new Blob([resolved], { type: 'text/javascript' })));
}

describe('the element of docs/own-elements.md', () => {
  it('shows its channel, another one, and a lost connection', async () => {
    await runExample();
    const [channel, other] = [freshChannel(), freshChannel()];
    const wire = line();
    const source = document.createElement('lp-source');
    Object.assign(source, { src: await serverUrl(), fetch: wire.fetch });
    const lamp = document.createElement('door-lamp') as HTMLElement & { channel: string };
    lamp.channel = channel;
    source.append(lamp);
    document.body.append(source);
    const shown = (text: string) => until(() => lamp.shadowRoot?.textContent?.trim() === text);
    await shown('no data yet');
    await post(channel, { value: 'open' });
    await shown('open');
    await post(channel, { value: 'shut' });
    await shown('shut');
    await post(other, { value: 'open' });
    lamp.channel = other;
    await shown('open');
    wire.cut();
    await until(() => source.status === 'reconnecting');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await shown('connection lost');
    expect(source.channels).to.deep.equal([other]);
    source.remove();
  });
});
