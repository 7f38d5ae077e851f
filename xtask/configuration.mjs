// The rules document in words, from its schema: prints docs/configuration.md.
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} Schema
 * @property {string} [description]
 * @property {string | string[]} [type]
 * @property {unknown[]} [enum]
 * @property {unknown} [default]
 * @property {unknown[]} [examples]
 * @property {Schema} [items]
 * @property {Schema | boolean} [additionalProperties]
 * @property {string[]} [required]
 * @property {Record<string, Schema>} [properties]
 * @property {Schema[]} [anyOf]
 * @property {string} [$ref]
 * @property {Record<string, Schema>} [$defs]
 */

/** @type {Schema} */
const schema = JSON.parse(
  readFileSync(new URL('../pkg-template/everfresh.schema.json', import.meta.url), 'utf8'),
);

console.log(`# The rules document

<!-- Made from pkg-template/everfresh.schema.json by \`cargo xtask docs\`. -->

One document of JSON says what is cached and what writes touch. The browser's half takes it as options
(\`install({ ...document, scope })\`, or \`data-config\` of the drop-in's script), the server's half reads the same one, and both refuse
one that is malformed with an error that names the place in it. \`null\` is as if the member were not there.

Its schema is in the npm package (\`everfresh/everfresh.schema.json\`), for editors and for checks:

\`\`\`json
{
  "$schema": "./node_modules/everfresh/everfresh.schema.json",
  "rules": [{ "match": "/api/*", "staleTime": 30000 }],
  "entities": { "story": { "path": "/api/stories/:id", "lists": ["stories"] } }
}
\`\`\`

${table(schema)}

## A rule

${table(definition('rule'))}

## An entity

${table(definition('entity'))}

## Flags

A flag is \`true\`, \`false\`, or the percent of browsers that it is on in: the same ones each time, and others for each flag. What is left out
is on. [flags.md](flags.md) says how they are changed while pages are open.

${table(definition('flags'))}`);

/** @param {string} name @returns {Schema} */
function definition(name) {
  const found = schema.$defs?.[name];
  if (!found) throw new Error(`the schema has no ${name}`);
  return found;
}

/** @param {Schema} object */
function table({ properties = {}, required = [] }) {
  const rows = Object.entries(properties).map(([name, property]) => {
    const { description, default: usual, examples } = property;
    const notes = [description];
    if (usual !== undefined) notes.push(`Default: \`${JSON.stringify(usual)}\`.`);
    if (examples)
      notes.push(`Such as ${examples.map((one) => `\`${JSON.stringify(one)}\``).join(', ')}.`);
    const needed = required.includes(name) ? ' (needed)' : '';
    return `| \`${name}\`${needed} | ${kind(property)} | ${notes.join(' ')} |`;
  });
  return ['| member | | |', '| --- | --- | --- |', ...rows].join('\n');
}

/** What stands there, in words. @param {Schema} property @returns {string} */
function kind(property) {
  const { enum: values, items, additionalProperties, anyOf, type, $ref } = property;
  if (anyOf)
    return anyOf
      .filter(({ type }) => type !== 'null')
      .map(kind)
      .join(', ');
  if ($ref === '#/$defs/span') return 'milliseconds';
  if ($ref === '#/$defs/flag') return '`true`, `false`, percent';
  if ($ref) return $ref.slice($ref.lastIndexOf('/') + 1);
  if (values)
    return values
      .filter((value) => value !== null)
      .map((value) => `\`${value}\``)
      .join(', ');
  const types = [type].flat().filter((name) => name !== 'null');
  if (types.length > 1) return types.map((name) => kind({ type: name })).join(', ');
  const [first] = types;
  if (first === 'array') return `list of: ${items ? kind(items) : 'anything'}`;
  if (first === 'object' && typeof additionalProperties === 'object') {
    return `object of: ${kind(additionalProperties)}`;
  }
  return first === 'string' ? 'text' : first === 'boolean' ? '`true`, `false`' : `${first}`;
}
