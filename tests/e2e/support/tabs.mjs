// Two tabs of one browser.

/**
 * Two tabs in which a page has shown what it shows; the second one is open.
 *
 * @param {import('./suite.mjs').Site} site
 * @param {string} path of the page
 * @param {string[]} shown what the layers hold then
 */
export async function twoTabs({ driver, page }, path, shown) {
  const tabs = [];
  for (const open of [false, true]) {
    if (open) {
      await driver.switchTo().newWindow('tab');
    }
    const handle = await driver.getWindowHandle();
    tabs.push({ show: () => driver.switchTo().window(handle) });
    await page.open(path);
    await page.holds(shown);
  }
  return tabs;
}
