import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// In development Vite serves the page, and asks the application's server for the rest.
export default defineConfig({
  plugins: [react()],
  server: { proxy: { '/api': process.env.API ?? 'http://127.0.0.1:8080' } },
});
