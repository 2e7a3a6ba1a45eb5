// What is photographed, one line a state. `as` says who looks: `demo` (typical, rather full), `empty` (a workspace that
// was just founded), `fresh` (one with a single bare deal), `visitor` (nobody). `at` is an address, or makes one from what is known of the demo; `act` does what
// leads to the state, by places and keys and never by words, so that it serves every language; `widths` where it is not both.

import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const first = (page) => page.locator('li.card').first();

/** Takes the first card by the mouse and holds it over the third column. */
async function hold(page) {
  const from = await first(page).boundingBox();
  const list = await page.locator('section.col').nth(2).locator('.list').boundingBox();
  await page.mouse.move(from.x + 60, from.y + 30);
  await page.mouse.down();
  await page.mouse.move(from.x + 75, from.y + 34, { steps: 3 });
  await page.mouse.move(list.x + list.width / 2, list.y + 120, { steps: 8 });
  await page.locator('section.col.target').waitFor();
}

/** Gives the import a small file and waits for its columns. */
async function columns(page) {
  const file = path.join(tmpdir(), 'fairlead-shots.csv');
  writeFileSync(file, 'Deal,Account,Stage,Value,Close date\n北辰智造 产线改造,北辰智造,报价,125 万,2031-03-14\nHull survey,Harbour Works,Quotation,many,2031-02-30\n');
  await page.locator('input[type=file]').setInputFiles(file);
  await page.locator('.imp footer .btn.primary').waitFor();
}

/** Presses a key on the page and waits for what it opens. */
const pressed = (key, opens = 'dialog[open]') => async (page) => {
  await page.keyboard.press(key);
  await page.locator(opens).first().waitFor();
};

const clicked = (what, opens = 'dialog[open]') => async (page) => {
  await page.locator(what).first().click();
  await page.locator(opens).first().waitFor();
};

/** Types into the palette and waits for what it says. */
const found = (text, what) => async (page) => {
  await pressed('Control+k', 'dialog[open] [role=combobox]')(page);
  await page.keyboard.type(text);
  await page.locator(what).first().waitFor();
};

export const STATES = [
  { name: 'enter', as: 'visitor', at: '/enter' },
  { name: 'enter-found', as: 'visitor', at: '/enter?form=found' },
  { name: 'board', as: 'demo', at: '/board' },
  { name: 'board-second', as: 'demo', at: ({ pipelines }) => `/board/${pipelines[1]}` },
  { name: 'board-full', as: 'demo', at: ({ pipelines }) => `/board/${pipelines.at(-1)}` },
  { name: 'board-empty', as: 'empty', at: '/board' },
  { name: 'board-one-deal', as: 'fresh', at: '/board' },
  { name: 'board-filtered', as: 'demo', at: ({ me }) => `/board?owner=${me}` },
  { name: 'board-none-found', as: 'demo', at: '/board?q=zzzz' },
  { name: 'board-dragging', as: 'demo', at: '/board', act: hold, widths: ['wide'] },
  { name: 'board-lifted', as: 'demo', at: '/board', act: async (page) => { await first(page).focus(); await page.keyboard.press('Space'); }, widths: ['wide'] },
  { name: 'board-lanes', as: 'demo', at: '/board?lanes=owner' },
  { name: 'board-lanes-health', as: 'demo', at: '/board?lanes=health&dense=1', widths: ['wide'] },
  { name: 'board-forecast', as: 'demo', at: '/board?by=month' },
  { name: 'board-dense', as: 'demo', at: '/board?dense=1&sort=amount' },
  { name: 'board-folded', as: 'demo', at: ({ stages }) => `/board?fold=${stages[0]}&fold=${stages[2]}`, widths: ['wide'] },
  { name: 'board-chosen', as: 'demo', at: '/board', act: async (page) => { await first(page).focus(); await pressed('x', '.selbar')(page); } },
  { name: 'board-peek', as: 'demo', at: '/board', act: async (page) => { await first(page).focus(); await pressed('Shift+Space', '.peek')(page); } },
  { name: 'board-display', as: 'demo', at: '/board', act: clicked('.toolbar .anchor.push button', '.display'), widths: ['wide'] },
  { name: 'deals', as: 'demo', at: '/deals' },
  { name: 'deals-grouped', as: 'demo', at: '/deals?group=stage' },
  { name: 'deals-empty', as: 'empty', at: '/deals' },
  { name: 'board-quick-add', as: 'demo', at: '/board', act: clicked('section.col .ttl .btn', '.quick-add'), widths: ['wide'] },
  { name: 'board-card-menu', as: 'demo', at: '/board', act: async (page) => { await first(page).focus(); await pressed('m')(page); } },
  { name: 'new-deal', as: 'demo', at: '/board', act: pressed('c') },
  { name: 'palette', as: 'demo', at: '/board', act: pressed('Control+k', 'dialog[open] [role=option]') },
  { name: 'palette-found', as: 'demo', at: '/board', act: found('恒泽', 'dialog[open] mark') },
  { name: 'palette-none', as: 'demo', at: '/board', act: found('zzzz', 'dialog[open] .note') },
  { name: 'keys', as: 'demo', at: '/board', act: pressed('?'), widths: ['wide'] },
  { name: 'sync-list', as: 'demo', at: '/board', act: clicked('.sync', '.sync-list') },
  { name: 'person-menu', as: 'demo', at: '/board', act: clicked('.me-btn', '.pop.menu') },
  { name: 'deal', as: 'demo', at: ({ deal }) => `/deals/${deal}` },
  { name: 'deal-bare', as: 'fresh', at: ({ deal }) => `/deals/${deal}` },
  { name: 'deal-editing', as: 'demo', at: ({ deal }) => `/deals/${deal}`, act: clicked('[data-field=amount] button.val', '[data-field=amount] input') },
  { name: 'accounts', as: 'demo', at: '/accounts' },
  { name: 'accounts-by-open', as: 'demo', at: '/accounts?sort=open' },
  { name: 'accounts-chosen', as: 'demo', at: '/accounts', act: async (page) => { for (const row of [0, 1]) await page.locator('tbody .pick input').nth(row).check(); } },
  { name: 'accounts-none-found', as: 'demo', at: '/accounts?q=zzzz' },
  { name: 'account', as: 'demo', at: ({ account }) => `/accounts/${account}` },
  { name: 'contacts', as: 'demo', at: '/contacts' },
  { name: 'accounts-empty', as: 'empty', at: '/accounts' },
  { name: 'contacts-empty', as: 'empty', at: '/contacts' },
  { name: 'contact', as: 'demo', at: ({ contact }) => `/contacts/${contact}` },
  { name: 'merge', as: 'demo', at: '/accounts', act: async (page) => {
    for (const row of [0, 1]) await page.locator('tbody .pick input').nth(row).check();
    await page.locator('.toolbar .btn[aria-haspopup=dialog]').click();
    await page.locator('dialog[open] input[name=merge-keep]').first().waitFor();
  } },
  { name: 'settings-workspace', as: 'demo', at: '/settings/workspace' },
  { name: 'settings-members', as: 'demo', at: '/settings/members' },
  { name: 'settings-pipelines', as: 'demo', at: '/settings/pipelines' },
  { name: 'settings-stage', as: 'demo', at: '/settings/pipelines', act: clicked('.stages .more, tr .more-btn, tr button[aria-expanded]', 'fieldset, [role=group]') },
  { name: 'settings-calendar', as: 'demo', at: '/settings/calendar' },
  { name: 'plan', as: 'demo', at: '/plan' },
  { name: 'plan-months', as: 'demo', at: '/plan?zoom=month', widths: ['wide'] },
  { name: 'plan-task', as: 'demo', at: '/plan', act: async (page) => { await page.locator('[role=treegrid] [role=row]').nth(3).click(); await page.keyboard.press('Enter'); } },
  { name: 'plan-load', as: 'demo', at: '/plan?show=load' },
  { name: 'plan-chain', as: 'demo', at: '/plan?show=chain' },
  { name: 'plan-empty', as: 'empty', at: '/plan' },
  { name: 'funnel', as: 'demo', at: '/funnel' },
  { name: 'funnel-empty', as: 'empty', at: '/funnel' },
  { name: 'settings-fields', as: 'demo', at: '/settings/fields' },
  { name: 'settings-invite', as: 'fresh', at: '/settings/members' },
  { name: 'import', as: 'fresh', at: '/import' },
  { name: 'import-columns', as: 'fresh', at: '/import', act: columns },
  { name: 'import-checked', as: 'fresh', at: '/import', act: async (page) => {
    await columns(page);
    await page.locator('.imp footer .btn.primary').click();
    await page.locator('dl.counts').waitFor();
  } },
  { name: 'not-found', as: 'demo', at: '/nowhere' },
];
