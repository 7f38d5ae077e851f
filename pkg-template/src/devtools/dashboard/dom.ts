/** Elements, and tables of text. What comes from outside is text and nothing else. */

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string> = {},
  text = '',
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, value);
  }
  made.textContent = text;
  return made;
}

/** A table whose first column names its rows. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  testid: string,
): HTMLTableElement {
  const made = element('table', { 'data-testid': testid });
  made.append(element('caption', {}, caption));
  const names = made.createTHead().insertRow();
  names.append(...head.map((name) => element('th', { scope: 'col' }, name)));
  const body = made.createTBody();
  for (const [name = '', ...values] of rows) {
    const row = body.insertRow();
    row.append(element('th', { scope: 'row' }, name));
    row.append(...values.map((value) => element('td', {}, value)));
  }
  return made;
}
