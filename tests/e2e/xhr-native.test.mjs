// XMLHttpRequest, while it is watched, beside one that nobody watches.
import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';

suite((scenario) => {
  scenario('P9: nothing tells it from the native one', async ({ page }) => {
    await page.open('/studio/?story=42&chapter=1&scene=1');
    assert.equal(
      await page.run(() => XMLHttpRequest.prototype.send.toString().includes('native code')),
      true,
    );
    const [ours, native] = await page.run(bothSights);
    assert.deepEqual(ours, native);
  });
});

/** What can be seen of XMLHttpRequest here, and in a frame where nobody watches it. */
async function bothSights() {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  const sights = [];
  /** @type {any[]} */
  const realms = [globalThis, frame.contentWindow];
  for (const realm of realms) {
    const XMLHttpRequest = realm.XMLHttpRequest;
    const { prototype } = XMLHttpRequest;
    const sight = {};
    const thrown = (/** @type {() => unknown} */ work) => {
      try {
        return `${work()}`;
      } catch (error) {
        return `${error instanceof realm.Error || error instanceof realm.DOMException} ${error.name}: ${error.message}`;
      }
    };
    const names = [];
    for (const name in new XMLHttpRequest()) {
      names.push(name);
    }
    Object.assign(sight, {
      names,
      own: Reflect.ownKeys(prototype).map(String),
      ofInstance: Reflect.ownKeys(new XMLHttpRequest()),
      constants: [XMLHttpRequest.DONE, prototype.OPENED],
      constructor: prototype.constructor === XMLHttpRequest && `${XMLHttpRequest}`,
    });
    for (const name of ['open', 'send']) {
      const { value, ...flags } = Object.getOwnPropertyDescriptor(prototype, name);
      sight[name] = {
        ...flags,
        length: value.length,
        name: value.name,
        own: Reflect.ownKeys(value),
        isFunction: Object.getPrototypeOf(value) === realm.Function.prototype,
        constructed: thrown(() => new value()).replace(/^\w+ |:.*/g, ''),
      };
    }
    class Sub extends XMLHttpRequest {
      send(body) {
        this.sent = body;
        super.send(body);
      }
    }
    /** @type {any} */
    const sub = new Sub();
    sub.open('GET', '/everfresh.json');
    const loaded = new Promise((resolve) => sub.addEventListener('load', resolve));
    sub.send('ignored');
    await loaded;
    sight.sub = [sub instanceof XMLHttpRequest, sub instanceof Sub, sub.sent, sub.status];
    const opened = () => {
      const request = new XMLHttpRequest();
      request.open('POST', '/_demo/echo-header?value=x');
      return request;
    };
    sight.errors = [
      () => new XMLHttpRequest().send(),
      () => new XMLHttpRequest().open(),
      () => new XMLHttpRequest().open('GET'),
      () => new XMLHttpRequest().open('no method', '/'),
      () => new XMLHttpRequest().open('TRACE', '/'),
      () => new XMLHttpRequest().open('GET', 'http://['),
      () => prototype.open.call({}, 'GET', '/'),
      () => prototype.send.call(undefined),
      () => opened().open('no method', '/'),
      () => {
        const request = opened();
        request.send();
        request.send();
      },
      () => opened().send(Symbol('x')),
    ].map(thrown);
    sights.push(sight);
  }
  return sights;
}
