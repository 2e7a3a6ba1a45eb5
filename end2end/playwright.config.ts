import { defineConfig } from '@playwright/test';
import { chromium } from './support/chromium.mjs';

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  globalSetup: './support/setup.ts',
  // One server, two cores: tests run one after another, and a failure is a failure.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  reporter: 'list',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    browserName: 'chromium',
    launchOptions: chromium,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Asia/Shanghai',
    colorScheme: 'light',
    screenshot: 'only-on-failure',
    actionTimeout: 15_000,
  },
});
