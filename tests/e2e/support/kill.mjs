// Pages that go without a last word, while another tab of their browser stays.
import { crashable } from './crash.mjs';

/** @typedef {'closed' | 'crashed'} Way */

/**
 * How an engine can be made to end a page.
 *
 * @param {import('./engines.mjs').EngineName} engine
 * @returns {Way[]}
 */
export function ways(engine) {
  return engine === 'chromium' ? ['closed', 'crashed'] : ['closed'];
}

/**
 * A browser whose open tab can be killed; another one is open then.
 *
 * @param {import('./suite.mjs').Site} site
 * @param {Way} [way]
 */
export async function mortal(site, way = 'closed') {
  if (way === 'crashed') {
    const { page, crash } = await crashable(site, site.demo);
    return { session: page.session, kill: crash };
  }
  const { driver, session } = site;
  const first = await driver.getWindowHandle();
  await driver.switchTo().newWindow('tab');
  const second = await driver.getWindowHandle();
  await driver.switchTo().window(first);
  const kill = async () => {
    await driver.close();
    await driver.switchTo().window(second);
  };
  return { session, kill };
}
