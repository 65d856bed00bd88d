import { defineConfig } from '@playwright/test'

// Debian's Chromium: Playwright's own download is not needed. `npm test` sets CHROMIUM.
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/global-setup.ts',
  // One demo and its books are shared: tests compare balances before and after.
  workers: 1,
  fullyParallel: false,
  // They find what hangs, on a machine of any speed.
  timeout: 240_000,
  expect: { timeout: 120_000 },
  forbidOnly: process.env.CI !== undefined,
  outputDir: 'test-results/e2e',
  reporter: 'list',
  use: {
    // Without pictures, which cost as much as the pages themselves.
    trace: { mode: 'retain-on-failure', screenshots: false },
    launchOptions: {
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    // Paying clients in Node; no browser.
    { name: 'agents', testDir: 'e2e/agents' },
    { name: 'people', testDir: 'e2e/people', use: { viewport: { width: 1280, height: 800 } } },
  ],
})
