import { listen } from 'quicklink';

export default {
  lacks: {},
  async store() {
    return {
      // At once, not when the page is idle: that would be measured otherwise.
      register: (root) => listen({ el: root, timeoutFn: (work) => work() }),
      close() {},
    };
  },
};
