// npm run shots: every page, light and dark, 中文 and English, wide and phone, into end2end/shots.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium as playwright } from '@playwright/test';
import { chromium } from './support/chromium.mjs';
import { Server } from './support/server.mjs';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'shots');
mkdirSync(folder, { recursive: true });

const own = process.env.FAIRLEAD_URL ? undefined : await Server.start();
const base = own?.url ?? process.env.FAIRLEAD_URL.replace(/\/$/, '');
const browser = await playwright.launch(chromium);
let count = 0;
try {
  for (const [width, viewport] of [['wide', { width: 1440, height: 900 }], ['phone', { width: 390, height: 844 }]]) {
    const context = await browser.newContext({ baseURL: base, viewport, deviceScaleFactor: width === 'phone' ? 2 : 1, timezoneId: 'Asia/Shanghai' });
    const page = await context.newPage();
    const show = async (address) => {
      await page.goto(address);
      await page.locator('html[data-awake]').waitFor({ state: 'attached' });
    };
    await show('/enter');
    await page.locator('form[action="/enter/demo"]').first().getByRole('button').click();
    await page.locator('li.card').first().waitFor();
    const deal = await page.locator('li.card').first().getAttribute('data-deal');
    const snapshot = await (await page.request.get('/api/v1/page?address=%2Fboard')).json();
    const account = `/accounts/${snapshot.view.accounts[0].id}`;
    const pages = {
      board: '/board',
      deal: `/deals/${deal}`,
      accounts: '/accounts',
      account,
      'settings-workspace': '/settings/workspace',
      'settings-members': '/settings/members',
      'settings-pipelines': '/settings/pipelines',
      'settings-fields': '/settings/fields',
      import: '/import',
      'not-found': '/nowhere',
    };
    const looks = ['light', 'dark'].flatMap((theme) => [['zh', 'zh-CN'], ['en', 'en']].map((language) => [theme, language]));
    const photograph = async (name, address) => {
      for (const [theme, [short, language]] of looks) {
        await context.addCookies([{ name: 'language', value: language, url: base }, { name: 'theme', value: theme, url: base }]);
        await show(address);
        await page.screenshot({ path: path.join(folder, `${name}-${theme}-${short}-${width}.png`), animations: 'disabled' });
        count += 1;
      }
    };
    for (const [name, address] of Object.entries(pages)) await photograph(name, address);
    await context.clearCookies({ name: 'fairlead' });
    await photograph('enter', '/enter');
    await photograph('enter-found', '/enter?form=found');
    await context.close();
  }
} finally {
  await browser.close();
  await own?.remove();
}
console.log(`${count} photographs in ${folder}`);
