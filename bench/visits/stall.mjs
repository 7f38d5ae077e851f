// Writing behind: for how long the page can do nothing else.
import { interleave } from './rounds.mjs';

const PEERS = ['everfresh', 'tanstack', 'axios-cache-interceptor', 'cache-api'];

export default [
  {
    id: 'write-behind',
    title: 'entries put into storage behind the page: how late a timer is at most',
    sizes: [1_000, 5_000],
    quick: [1_000],
    async measure(site, size, { visits }) {
      const samples = await interleave(PEERS, visits, async (name) => {
        const page = await (await site.origin()).load();
        return page.run(
          async (name, size) => globalThis.bench.stall(await globalThis.bench.peer(name), size),
          name,
          size,
        );
      });
      return { samples, absent: { swr: 'is stored when the page is left' } };
    },
  },
];
