import { item } from '../page/items.mjs';
import { same } from '../page/rounds.mjs';

const SUBSCRIBERS = 1_000;
const ENTRIES = 1_000;

export default [
  {
    id: 'notify',
    title: `a write until ${SUBSCRIBERS} subscribers of its key have heard`,
    needs: 'subscribe',
    peers: ['everfresh', 'tanstack', 'swr', 'rtk', 'apollo'],
    sizes: [ENTRIES],
    async task(store, size) {
      await store.fill(size);
      let likes = 0;
      let heard = 0;
      let all = () => {};
      const ends = [];
      for (let count = 0; count < SUBSCRIBERS; count += 1) {
        let last = 0;
        const listener = (data) => {
          if (data?.likes === likes && last !== likes) {
            last = likes;
            heard += 1;
            if (heard === SUBSCRIBERS) all();
          }
        };
        ends.push(store.subscribe(1, listener));
      }
      const run = async () => {
        heard = 0;
        likes += 1;
        const told = new Promise((resolve) => {
          all = resolve;
        });
        await store.write(1, { ...item(1), likes });
        await told;
      };
      return {
        async check() {
          await run();
          same(heard, SUBSCRIBERS, 'who has heard');
        },
        async run(count) {
          for (let left = count; left > 0; left -= 1) await run();
        },
        end() {
          for (const end of ends) end();
        },
      };
    },
  },
];
