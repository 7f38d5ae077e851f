import type { Target } from '../target.js';

/** How keys are named: `page:{path}`, `scene-html:{tag}:*`. */
export interface Template {
  before: string;
  after: string;
  of: 'tag' | 'path';
}

/** Reads a template; nothing where it has not exactly one of `{tag}` and `{path}`. */
export function template(text: string): Template | undefined {
  const [before, of, after, ...more] = `${text}`.split(/\{(tag|path)\}/);
  return after === undefined || more.length
    ? undefined
    : { before: before ?? '', of: of as Template['of'], after };
}

/** The patterns of Redis for the keys of a template that a target names. */
export function patterns({ before, of, after }: Template, target: Target): string[] {
  return values(of, target).map((value) => wild(before) + value + wild(after));
}

/** Literal text as a pattern of Redis. */
export function escaped(text: string): string {
  return text.replace(/[\\*?[]/g, '\\$&');
}

/** The text that a pattern means where it means only one. */
export function literal(pattern: string): string | undefined {
  const text = pattern.replace(/\\(.)|\*/gs, (_, character) => character ?? '');
  return escaped(text) === pattern ? text : undefined;
}

function values(of: Template['of'], target: Target): string[] {
  if ('all' in target) {
    return ['*'];
  }
  if ('tag' in target) {
    return of === 'tag' ? [escaped(target.tag)] : [];
  }
  if (of === 'tag') {
    return [];
  }
  const text = 'path' in target ? escaped(target.path) : wild(target.pattern);
  if ('pattern' in target && /[?]|[*]$/.test(target.pattern)) {
    return [text];
  }
  const query = 'path' in target ? target.query : undefined;
  const withQuery = query === undefined ? '*' : escaped(query);
  // No query is an empty one.
  return query ? [`${text}\\?${withQuery}`] : [text, `${text}\\?${withQuery}`];
}

/** Text in which `*` is any run of characters. */
function wild(text: string): string {
  return text.split('*').map(escaped).join('*');
}
