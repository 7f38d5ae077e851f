// An application in plain DOM: it reads and writes by plain fetch, and logs what came of it.

/** @param {string} first what is logged at once */
export function show(first) {
  const log = /** @type {HTMLElement} */ (document.getElementById('log'));
  const say = (/** @type {string} */ text) => {
    const line = document.createElement('li');
    line.textContent = text;
    log.append(line);
  };
  const ask = async (/** @type {string} */ url, /** @type {RequestInit} */ init) => {
    const response = await fetch(url, init);
    const { version } = await response.json();
    say(`version ${version}, ${response.headers.get('cache-status') ?? 'network'}`);
  };
  document.getElementById('read')?.addEventListener('click', () => ask('/api/scenes/1', {}));
  document
    .getElementById('save')
    ?.addEventListener('click', () => ask('/api/edits', { method: 'POST' }));
  say(first);
}
