import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the API: a running service, or the mock of the browser tests (`npm run mock`). */
const api = process.env["ATALAYA_URL"] ?? "http://127.0.0.1:8091";

export default defineConfig({
  plugins: [react()],
  build: {
    target: ["chrome123", "firefox121", "safari17.5"],
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 640,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": api } },
  test: { include: ["src/**/*.test.ts"] },
});
