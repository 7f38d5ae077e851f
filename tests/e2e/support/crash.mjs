// A renderer that crashes, which only the DevTools protocol of Chromium can bring about.
import assert from 'node:assert/strict';

/**
 * A page in a browser of its own, and what crashes it, and goes to another tab then.
 *
 * @param {import('./suite.mjs').Site} site
 * @param {{ origin: string }} server
 */
export async function crashable(site, server) {
  const session = await site.browser();
  const { driver } = session;
  const first = await driver.getWindowHandle();
  await driver.switchTo().newWindow('tab');
  const second = await driver.getWindowHandle();
  await driver.switchTo().window(first);
  const crash = async () => {
    await assert.rejects(session.devtools('Page.crash'), /crash/);
    await driver.switchTo().window(second);
  };
  return { page: site.pageOf(server, session), crash };
}
