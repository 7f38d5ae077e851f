// @ts-check
// Nothing here knows of a cache: it is fetch, and what the answers say.

const url = '/studio/api/scenes/1';
let title = '';

/** @param {string} id */
const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} text */
function say(text) {
  const line = document.createElement('li');
  line.textContent = text;
  find('log').prepend(line);
}

/** @param {RequestInit} [init] */
async function ask(init) {
  const began = performance.now();
  try {
    const response = await fetch(url, init);
    const scene = await response.json();
    const took = (performance.now() - began).toFixed(1);
    if (!response.ok) {
      say(`${init?.method ?? 'GET'}: the server answered ${response.status}`);
      return;
    }
    title = scene.title;
    // The server's own cache says something there, too.
    const status = response.headers.get('cache-status') ?? '';
    const from = /(?:^|, )(everfresh; [^,]*)/.exec(status)?.[1] ?? 'network';
    const cleared = response.headers.get('x-cache-invalidate');
    say(
      `${init?.method ?? 'GET'}: version ${scene.version}, ${took} ms, ${from}${cleared === null ? '' : `, clears ${cleared}`}`,
    );
  } catch {
    say('No answer from the server. Try again.');
  }
}

/** Writes the title that is there already, which makes a new version of the scene. */
async function save() {
  if (title === '') {
    await ask();
  }
  await ask({
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ title }),
  });
}

find('read').addEventListener('click', () => ask());
find('save').addEventListener('click', save);
fetch(location.href)
  .then((page) => page.text())
  .then(
    (source) => {
      find('source').textContent = source;
    },
    () => say('The source of this page could not be read.'),
  );
