// A list in the tests' own page, and mutations of it.
import { Lab } from './lab.mjs';
import { until } from './until.mjs';

/** Where the list is. */
export const LIST = '/lab/data/list';

/** How a server refuses a write for good. */
export const REFUSED = { status: 422, body: { error: { code: 'refused' } } };

/** The operation that appends to it. @param {unknown} item */
export const append = (item) => ({ op: 'append', item });

/**
 * The page that shows the list.
 *
 * @param {import('./suite.mjs').Site} site
 * @param {unknown[]} data
 * @param {import('./lab.mjs').LabOptions} [options]
 */
export async function listed(site, data, options) {
  const lab = await Lab.start(site, options);
  lab.data.set(LIST, data);
  await lab.open([LIST]);
  await lab.shows(LIST, data);
  return lab;
}

/**
 * Begins a mutation by a write to `/lab/` and its name.
 *
 * @param {Lab} lab
 * @param {string} name
 * @param {object} [update] of the list
 * @param {object} [options] other than functions
 */
export async function change({ page }, name, update, options = {}) {
  await page.run(
    (name, key, update, options) => {
      const optimistic = update ? { key, update } : undefined;
      const request = { url: `/lab/${name}`, body: { name } };
      globalThis.lab.send(name, { request, optimistic, ...options });
    },
    name,
    LIST,
    update ?? null,
    options,
  );
}

/**
 * Begins durable ones that append their names to the list.
 *
 * @param {Lab} lab
 * @param {string[]} names
 * @param {object} [options]
 */
export async function edit(lab, names, options) {
  for (const name of names) {
    await change(lab, name, append(name), { durable: true, ...options });
  }
}

/** Has the list read anew. @param {Lab} lab */
export async function refetch({ page }) {
  await page.run((key) => globalThis.lab.watches[key].refetch(), LIST);
}

/** Waits until nothing is pending and the list is shown as the server has it. @param {Lab} lab */
export async function settled(lab) {
  await lab.rests();
  await lab.shows(LIST, lab.data.get(LIST));
  const rests = () =>
    lab.page.run((key) => {
      const { isStale, isFetching } = globalThis.lab.watches[key].state;
      return !isStale && !isFetching;
    }, LIST);
  await until(rests, 'the list is fresh');
}
