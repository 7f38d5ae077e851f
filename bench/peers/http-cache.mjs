/** `fetch` as the browser has it: what its own cache answers by `Cache-Control`. */
export default {
  lacks: {},
  async store() {
    const { fetch } = globalThis;
    return { json: (url) => fetch(url).then((response) => response.json()), close() {} };
  },
};
