// How the browser suite runs. A test without a tag runs on the office's screen; `@phone` runs on a phone, `@tierB` without
// scripts, as on the oldest browsers we serve. A test with several of `@desktop`, `@phone`, `@tierB` runs once for each.
import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';
import type { Options } from './fixtures';

const chromium =
  process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
if (!chromium) throw new Error('no Chromium found: install the package chromium, or name one in CHROMIUM');

const desktop = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

export default defineConfig<Options>({
  testDir: 'tests',
  outputDir: 'test-results',
  fullyParallel: false,
  workers: 2,
  // A test that passes at the second try hides a race, and `only` hides all the others.
  retries: 0,
  forbidOnly: true,
  timeout: 30_000,
  reporter: [['list'], ['../.ci/closing-line.mjs']],
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath: chromium,
      args: [
        // Chromium refuses its sandbox to root, and containers have no user namespaces.
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        '--disable-quic',
      ],
    },
    // A worker in between hides requests from `page.route`; offline.spec.ts lets it in.
    serviceWorkers: 'block',
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'desktop', grep: /@desktop|^(?!.*(@phone|@tierB))/s, use: desktop },
    { name: 'phone', grep: /@phone/, use: phone },
    { name: 'tierB', grep: /@tierB/, use: { ...desktop, javaScriptEnabled: false } },
  ],
});
