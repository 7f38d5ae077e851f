/** What is looked at: the range, the groups, and whose metrics; and what is done with it. */
import type { MetricsGroupBy, MetricsRange } from '../../types.js';
import { element } from './dom.js';
import type { Chosen } from './source.js';

const RANGES: readonly MetricsRange[] = ['1h', '6h', '24h', '7d', '30d'];
const GROUPS: readonly MetricsGroupBy[] = ['layer', 'route', 'entity', 'tag', 'operation'];

interface Actions {
  changed: () => void;
  paused: (paused: boolean) => void;
  save: (format: 'json' | 'csv') => void;
}

export class Controls {
  readonly element = element('div', { class: 'bar' });
  readonly #actions: Actions;
  #range: MetricsRange = '1h';
  #groupBy: MetricsGroupBy = 'layer';
  /** Where a server's are; empty: this browser's. */
  #base = '';

  constructor(actions: Actions) {
    this.#actions = actions;
    this.element.append(
      this.#ranges(),
      this.#groups(),
      ...this.#sources(),
      element('span', { class: 'spring' }),
      this.#pause(),
      this.#export('json'),
      this.#export('csv'),
    );
  }

  get chosen(): Chosen {
    return { range: this.#range, groupBy: this.#groupBy, base: this.#base };
  }

  #ranges(): HTMLElement {
    const all = element('div', { class: 'ranges', role: 'group', 'aria-label': 'Range' });
    for (const range of RANGES) {
      const button = element(
        'button',
        {
          type: 'button',
          'aria-pressed': `${range === this.#range}`,
          'data-testid': `range-${range}`,
        },
        range,
      );
      button.addEventListener('click', () => {
        this.#range = range;
        for (const other of all.children) {
          other.setAttribute('aria-pressed', `${other === button}`);
        }
        this.#actions.changed();
      });
      all.append(button);
    }
    return all;
  }

  #groups(): HTMLElement {
    const select = element('select', { 'data-testid': 'group-by' });
    select.append(...GROUPS.map((name) => element('option', { value: name }, name)));
    select.addEventListener('change', () => {
      this.#groupBy = GROUPS[select.selectedIndex] ?? 'layer';
      this.#actions.changed();
    });
    return labelled('Groups', select);
  }

  #sources(): HTMLElement[] {
    const select = element('select', { 'data-testid': 'source' });
    select.append(element('option', {}, 'this browser'), element('option', {}, 'a server'));
    const base = element('input', {
      type: 'text',
      value: '/_everfresh',
      spellcheck: 'false',
      'data-testid': 'base',
    });
    const address = labelled('Address', base);
    address.hidden = true;
    const change = () => {
      address.hidden = select.selectedIndex === 0;
      this.#base = address.hidden ? '' : base.value;
      this.#actions.changed();
    };
    select.addEventListener('change', change);
    base.addEventListener('change', change);
    return [labelled('Of', select), address];
  }

  #pause(): HTMLElement {
    const button = element(
      'button',
      { type: 'button', 'aria-pressed': 'false', 'data-testid': 'pause' },
      'Pause',
    );
    button.addEventListener('click', () => {
      const paused = button.getAttribute('aria-pressed') === 'false';
      button.setAttribute('aria-pressed', `${paused}`);
      this.#actions.paused(paused);
    });
    return button;
  }

  #export(format: 'json' | 'csv'): HTMLElement {
    const name = `Export ${format.toUpperCase()}`;
    const button = element('button', { type: 'button', 'data-testid': `export-${format}` }, name);
    button.addEventListener('click', () => this.#actions.save(format));
    return button;
  }
}

function labelled(text: string, control: HTMLElement): HTMLLabelElement {
  const label = element('label', {}, `${text} `);
  label.append(control);
  return label;
}
