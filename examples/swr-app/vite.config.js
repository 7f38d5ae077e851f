import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The server that has the data: the demo's, which `cargo xtask demo` starts, or your own. */
const API = process.env.API ?? 'http://127.0.0.1:4173';

export default defineConfig({
  plugins: [react()],
  server: { proxy: { '/studio/api': API, '/community/api': API } },
});
