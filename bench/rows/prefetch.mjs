import { range } from '../page/items.mjs';
import { same } from '../page/rounds.mjs';

const TARGETS = 10_000;

export default [
  {
    id: 'prefetch-targets',
    title: 'links registered that are prefetched when they come into view',
    needs: 'register',
    peers: ['everfresh', 'quicklink'],
    sizes: [TARGETS],
    async task(store, size) {
      const root = document.createElement('div');
      const link = (id) => `<p><a href="/data/${id}" data-prefetch="visible">${id}</a></p>`;
      root.innerHTML = range(size).map(link).join('');
      let end = () => {};
      return {
        async check() {
          const { prototype } = IntersectionObserver;
          const { observe } = prototype;
          const seen = new Set();
          prototype.observe = function watch(element) {
            seen.add(element);
            return observe.call(this, element);
          };
          end = await store.register(root);
          prototype.observe = observe;
          same(seen.size, size, 'links that are observed');
        },
        most: 1,
        before: () => end(),
        async run() {
          end = await store.register(root);
        },
        end: () => end(),
      };
    },
  },
];
