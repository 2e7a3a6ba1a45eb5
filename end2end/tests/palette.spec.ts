import type { Locator } from '@playwright/test';
import { violations } from '../support/axe';
import { AWAY, STAGES, card, closeQuickAdd, expect, field, foundWorkspace, go, openDeal, quickAdd, synced, test, type Page } from '../support/app';

const palette = (page: Page): Locator => page.getByRole('dialog', { name: 'Find and do' });
const line = (page: Page): Locator => palette(page).getByRole('combobox');
const option = (page: Page, name: string | RegExp): Locator => palette(page).getByRole('option', { name });

async function open(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(line(page)).toBeFocused();
}

/** Types into the open palette and waits until what is listed belongs to it. */
async function find(page: Page, text: string): Promise<void> {
  await line(page).fill(text);
  await expect(palette(page).getByText('Searching…')).toHaveCount(0);
}

/** Opens the palette, types, and takes the first entry, which has to be this one. */
async function take(page: Page, text: string, first: string | RegExp): Promise<void> {
  await open(page);
  await find(page, text);
  await expect(palette(page).getByRole('option').first()).toContainText(first);
  await page.keyboard.press('Enter');
}

/** A workspace with these deals in the first stage. */
async function workspace(page: Page, name: string, ...deals: string[]): Promise<void> {
  await foundWorkspace(page, name);
  for (const deal of deals) await quickAdd(page, 'First contact', deal);
  await closeQuickAdd(page);
  await synced(page);
}

test('records are found by words of Chinese and of English text, and opened by keys', async ({ page }) => {
  await workspace(page, 'Finding', '恒泽精密立体库改造 ¥186万', '冷库温控联网', 'Crane for the docks');
  await page.keyboard.press('Control+k');
  await expect(line(page)).toBeFocused();
  await find(page, '立体库');
  await expect(option(page, /恒泽精密立体库改造/)).toContainText('First contact');
  await expect(option(page, /恒泽精密立体库改造/)).toContainText('1,860,000');
  await expect(palette(page).locator('mark').first()).toHaveText('立体库');
  await expect(option(page, /冷库温控/)).toHaveCount(0);
  // Two words, whatever stands between and before them.
  await find(page, '改造 恒泽');
  await expect(option(page, /恒泽精密立体库改造/)).toBeVisible();
  await find(page, '温控');
  await expect(option(page, /冷库温控联网/)).toBeVisible();
  await find(page, 'dock cra');
  await expect(option(page, /Crane for the docks/)).toBeVisible();
  // What an input method is still choosing is not sent.
  await line(page).dispatchEvent('keydown', { key: 'Enter', isComposing: true });
  await expect(line(page)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Crane for the docks' })).toBeVisible();
  await expect(palette(page)).toHaveCount(0);

  await open(page);
  await find(page, 'nothing like it');
  await expect(palette(page)).toContainText('Nothing found for “nothing like it”');
  await expect(line(page)).toHaveAttribute('aria-expanded', 'false');
});

test('a deal begins with an account that was found', async ({ page }) => {
  await foundWorkspace(page, 'With');
  await go(page, '/accounts');
  await page.getByRole('button', { name: 'New account' }).first().click();
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('恒泽精密');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await synced(page);
  await open(page);
  await find(page, '恒泽');
  await option(page, /New deal, account 恒泽精密/).click();
  const form = page.getByRole('dialog', { name: 'New deal' });
  await expect(form.getByRole('combobox', { name: 'Account' })).toHaveValue('恒泽精密');
  await form.getByLabel('Name', { exact: true }).fill('立体库');
  await page.keyboard.press('Enter');
  await expect(page.locator('.dhead h1')).toHaveText('立体库');
  await expect(field(page, 'account')).toContainText('恒泽精密');
});

test('its keys go round, stay inside, and lead back', async ({ page }) => {
  await workspace(page, 'Keys', 'Anchor');
  const button = page.getByRole('button', { name: 'Search or run a command' });
  await button.click();
  await expect(line(page)).toBeFocused();
  const options = palette(page).getByRole('option');
  const chosen = palette(page).locator('[role=option][aria-selected=true]');
  await expect(chosen).toHaveCount(1);
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowDown');
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true');
  expect(await line(page).getAttribute('aria-activedescendant')).toBe(await options.nth(1).getAttribute('id'));
  await page.keyboard.press('End');
  await expect(options.last()).toHaveAttribute('aria-selected', 'true');
  await expect(options.last()).toBeInViewport();
  await page.keyboard.press('ArrowDown');
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowUp');
  await expect(options.last()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Home');
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Tab');
  await expect(line(page)).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(palette(page)).toHaveCount(0);
  await expect(button).toBeFocused();
  await page.keyboard.press('Control+k');
  await expect(line(page)).toBeFocused();
  await page.keyboard.press('Control+k');
  await expect(palette(page)).toHaveCount(0);
});

test('commands go, make, switch and take back', async ({ page }) => {
  await workspace(page, 'Commands', 'Anchor');
  await take(page, 'accounts', 'Go to: Accounts');
  await expect(page).toHaveURL(/\/accounts$/);
  await take(page, 'new deal', 'New deal');
  const form = page.getByRole('dialog', { name: 'New deal' });
  await expect(form.getByLabel('Name', { exact: true })).toBeFocused();
  await page.keyboard.type('Winch');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Winch' })).toBeVisible();

  await take(page, 'dark', 'Appearance: Dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  // By its name in the other language too.
  await take(page, '看板', 'Go to: Board');
  await expect(card(page, 'Winch')).toBeVisible();
  await take(page, 'undo', 'Undo');
  await expect(card(page, 'Winch')).toHaveCount(0);
  await take(page, 'keys', 'Keys');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('Search or run a command');
  await violations(page, 'the keys');
  await page.keyboard.press('Escape');

  await open(page);
  await find(page, 'Ada');
  await option(page, 'Deals of Ada Lin').click();
  await expect(page).toHaveURL(/\/deals\?owner=/);
  await take(page, '简体', 'Language: 简体中文');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
});

test('a saved view and what was opened lately are one press away', async ({ page, context }) => {
  await workspace(page, 'Lately', 'Hot one #hot', 'Cold one');
  await page.getByRole('combobox', { name: 'Tag', exact: true }).selectOption('hot');
  await expect(page).toHaveURL(/tag=hot/);
  await page.locator('.views > button').click();
  await page.getByRole('button', { name: 'Save this view…' }).click();
  const form = page.getByRole('dialog', { name: 'Save view' });
  await form.getByLabel('Name').fill('Warm deals');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toHaveCount(0);
  await synced(page);

  await go(page, '/board');
  await openDeal(page, 'Cold one');
  await go(page, '/accounts');
  await open(page);
  await expect(palette(page).getByRole('group', { name: 'Opened lately' }).getByRole('option')).toHaveText([/Cold one/]);
  await line(page).fill('warm');
  await option(page, 'Warm deals').click();
  await expect(page).toHaveURL(/tag=hot/);

  await open(page);
  await find(page, 'cold');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Home');
  const next = context.waitForEvent('page');
  await page.keyboard.press('Control+Enter');
  await expect((await next).getByRole('heading', { level: 1, name: 'Cold one' })).toBeVisible();
});

test('the deal whose page stands is moved and ranked, and a typed priority shows', async ({ page }) => {
  await workspace(page, 'Deal', 'Hull !urgent', 'Mast');
  await expect(card(page, 'Hull').getByRole('img', { name: 'High priority' })).toBeVisible();
  await expect(card(page, 'Mast').getByRole('img', { name: 'High priority' })).toHaveCount(0);
  await page.getByRole('combobox', { name: 'Priority' }).selectOption('high');
  await expect(page).toHaveURL(/priority=high/);
  await expect(card(page, 'Mast')).toHaveCount(0);
  await openDeal(page, 'Hull');
  await expect(field(page, 'priority')).toContainText('High');

  await open(page);
  await find(page, 'move');
  await page.keyboard.press('Enter');
  await expect(palette(page).getByRole('option')).toHaveText(STAGES.slice(1));
  await page.keyboard.press('Backspace');
  await expect(option(page, /^New deal/)).toBeVisible();
  await find(page, 'move');
  await page.keyboard.press('Enter');
  await line(page).fill('quot');
  await page.keyboard.press('Enter');
  await expect(page.locator('.steps [aria-current=step]')).toContainText('Quotation');

  await open(page);
  await find(page, 'priority');
  await page.keyboard.press('Enter');
  await option(page, 'Low').click();
  await expect(field(page, 'priority')).toContainText('Low');
  await page.keyboard.press('Control+z');
  await expect(field(page, 'priority')).toContainText('High');
  await synced(page);
});

test.describe('without the server', () => {
  test.use({ except: AWAY });

  test('what the browser holds is found', async ({ page }) => {
    await workspace(page, 'Away', '恒泽立体库', 'Mast');
    await page.route(/\/api\/v1\/search/, (route) => route.abort());
    await open(page);
    await find(page, '立体');
    await expect(palette(page).getByRole('alert')).toContainText('The server cannot be reached');
    await expect(option(page, /恒泽立体库/)).toBeVisible();
    await expect(option(page, /Mast/)).toHaveCount(0);
  });
});

for (const [where, viewport] of [['a screen', { width: 1440, height: 900 }], ['a phone', { width: 390, height: 844 }]] as const) {
  test(`the open palette has no violations on ${where}`, async ({ page }) => {
    await workspace(page, 'Seen', 'Anchor #a', 'Anchor chain');
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.getByRole('button', { name: 'Search or run a command' }).click();
      await expect(line(page)).toBeFocused();
      await violations(page, `the palette, ${colorScheme}`);
      await find(page, 'anchor');
      await expect(option(page, /Anchor chain/)).toBeVisible();
      await violations(page, `what it found, ${colorScheme}`);
      await find(page, 'zzzz');
      await violations(page, `nothing found, ${colorScheme}`);
      await page.keyboard.press('Escape');
      await expect(palette(page)).toHaveCount(0);
    }
  });
}
