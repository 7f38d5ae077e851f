// Prints the script tags of both drop-in builds in a folder, with the hashes that browsers check.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);

/** @param {string} file */
const hash = (file) =>
  `sha384-${createHash('sha384')
    .update(readFileSync(join(folder, file)))
    .digest('base64')}`;

/** @param {string} file @param {string} [more] */
const tag = (file, more = '') =>
  `<script src="/${file}" integrity="${hash(file)}" crossorigin="anonymous"${more}></script>`;

console.log(tag('everfresh.auto.js', ` data-wasm-integrity="${hash('everfresh.wasm')}"`));
console.log(tag('everfresh.auto.single.js'));
