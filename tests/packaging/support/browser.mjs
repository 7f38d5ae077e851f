// The browser of a test file, from its beginning to its end.
import { after, before } from 'node:test';
import { Session } from '../../e2e/support/session.mjs';
import { Site } from './site.mjs';

/** The session, once the tests run. */
export function browser() {
  /** @type {{ session: Session }} */
  const there = { session: /** @type {any} */ (undefined) };
  before(async () => {
    there.session = await Session.start('chromium');
  });
  after(() => there.session?.stop());
  return there;
}

/**
 * Starts a site that ends with the test.
 *
 * @param {import('node:test').TestContext} context
 * @param {import('./site.mjs').SiteOptions} [options]
 */
export async function siteOf(context, options) {
  const site = await Site.start(options);
  context.after(() => site.stop());
  return site;
}
