// npm run shots [-- BEGINNING…]: every state of states.mjs, light and dark, 中文 and English, wide and phone, into
// end2end/shots; only those whose names begin so, where beginnings are given. A state that cannot be reached is told at the
// end and does not keep the others. With FAIRLEAD_URL a server that runs already is photographed.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium as playwright } from '@playwright/test';
import { STATES } from './states.mjs';
import { chromium } from './support/chromium.mjs';
import { ask, createDeals } from './support/deals.mjs';
import { found, sendFrom } from './support/entry.mjs';
import { Server } from './support/server.mjs';

const WIDTHS = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const LANGUAGES = { zh: 'zh-CN', en: 'en' };
const THEMES = ['light', 'dark'];
/** How long one state may take, in milliseconds. */
const STEP = 15_000;

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'shots');
mkdirSync(folder, { recursive: true });
const beginnings = process.argv.slice(2);
const states = STATES.filter(({ name }) => beginnings.length === 0 || beginnings.some((beginning) => name.startsWith(beginning)));

/** What addresses are made of, for somebody's session. */
async function known(base, cookie) {
  const { me, view } = await ask(base, cookie, '/api/v1/page?address=%2Fboard');
  const { view: contacts } = await ask(base, cookie, '/api/v1/page?address=%2Fcontacts');
  const pipelines = [...view.pipelines].sort((a, b) => a.position - b.position).map((one) => one.id);
  const stages = view.stages.filter((one) => one.pipeline === pipelines[0]).sort((a, b) => a.position - b.position).map((one) => one.id);
  return { me, pipelines, stages, deal: view.deals?.[0]?.id, account: view.accounts?.[0]?.id, contact: contacts.contacts?.[0]?.id };
}

async function session(base, who) {
  if (who === 'visitor') return { cookie: undefined, about: {} };
  if (who === 'empty' || who === 'fresh') {
    const { cookie } = await found(base, '新工作区 Fresh');
    const board = await known(base, cookie);
    if (who === 'empty') return { cookie, about: board };
    const [deal] = await createDeals(base, cookie, ['Hull survey']);
    return { cookie, about: { ...board, deal: deal.id } };
  }
  const answer = await sendFrom(`${base}/enter/demo`, { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'role=manager' });
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0];
  if (!cookie) throw new Error(`the demo was answered with ${answer.status}`);
  return { cookie, about: await known(base, cookie) };
}

const own = process.env.FAIRLEAD_URL ? undefined : await Server.start();
const base = own?.url ?? process.env.FAIRLEAD_URL.replace(/\/$/, '');
const browser = await playwright.launch(chromium);
const missed = [];
let count = 0;
try {
  const sessions = {};
  for (const who of new Set(states.map((state) => state.as))) sessions[who] = await session(base, who);
  for (const [width, viewport] of Object.entries(WIDTHS)) {
    for (const state of states.filter((state) => state.widths?.includes(width) ?? true)) {
      const { cookie, about } = sessions[state.as];
      for (const [language, tag] of Object.entries(LANGUAGES)) {
        for (const theme of THEMES) {
          const name = `${state.name}-${theme}-${language}-${width}`;
          const context = await browser.newContext({
            baseURL: base, viewport, deviceScaleFactor: width === 'phone' ? 2 : 1, hasTouch: width === 'phone', timezoneId: 'Asia/Shanghai',
          });
          try {
            context.setDefaultTimeout(STEP);
            const cookies = [['language', tag], ['theme', theme], ...(cookie ? [cookie.split(/=(.*)/s)] : [])];
            await context.addCookies(cookies.map(([name, value]) => ({ name, value, url: base })));
            const page = await context.newPage();
            await page.goto(typeof state.at === 'function' ? state.at(about) : state.at);
            await page.locator('html[data-awake]').waitFor({ state: 'attached' });
            await state.act?.(page);
            await page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
            count += 1;
          } catch (error) {
            missed.push(`${name}: ${error.message.split('\n')[0]}`);
          } finally {
            await context.close();
          }
        }
      }
    }
  }
} finally {
  await browser.close();
  await own?.remove();
}
console.log(`${count} photographs in ${folder}`);
if (missed.length > 0) {
  console.error(`not photographed:\n  ${missed.join('\n  ')}`);
  process.exitCode = 1;
}
