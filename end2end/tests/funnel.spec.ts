import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { AWAY, card, closeQuickAdd, column, enterDemo, expect, foundWorkspace, go, quickAdd, ready, synced, test } from '../support/app';
import { violations } from '../support/axe';

const step = (page: Page, at: number) => page.locator(`tr[data-step="${at}"]`);
const door = (page: Page, figure: string) => page.locator(`button.door[data-figure="${figure}"]`).first();
const chart = (page: Page, name: string) => page.locator(`[data-chart="${name}"]`);

/** A workspace with these deals in the first stage. */
async function workspace(page: Page, name: string, deals: string[]): Promise<void> {
  await foundWorkspace(page, name);
  for (const deal of deals) await quickAdd(page, 'First contact', deal);
  await closeQuickAdd(page);
  await synced(page);
}

test('an empty workspace says what the place is for, and keys lead there', async ({ page }) => {
  await foundWorkspace(page, 'Nothing yet');
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await expect(page).toHaveURL(/\/funnel$/);
  await expect(page.locator('.rail').getByRole('link', { name: 'Funnel' })).toHaveAttribute('aria-current', 'page');
  await expect(page.getByText('No deals to count yet')).toBeVisible();
  await violations(page, 'the empty funnel');
  await page.getByRole('link', { name: 'To the board' }).click();
  await expect(page.locator('.board')).toBeVisible();
});

test('the board does not load the code of the page', async ({ page }) => {
  await foundWorkspace(page, 'Apart');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.reload();
  await ready(page);
  await expect(page.locator('.board')).toBeVisible();
  expect(asked.filter((url) => /funnel/.test(url))).toEqual([]);
});

test('a moved card counts, its figure opens it, and others see it without asking', async ({ page, context }) => {
  await workspace(page, 'Counting', ['Anchor $300', 'Buoy $100']);
  const other = await context.newPage();
  await go(other, '/funnel');
  await expect(step(other, 0)).toContainText('2');
  await expect(door(other, 'reached.1')).toHaveCount(0);
  const anchor = card(page, 'Anchor');
  await anchor.focus();
  await page.keyboard.press('m');
  await page.getByRole('dialog').getByRole('button', { name: 'Needs agreed' }).click();
  await expect(column(page, 'Needs agreed').getByText('Anchor')).toBeVisible();
  await synced(page);
  await expect(door(other, 'reached.1')).toHaveText('1', { timeout: 20_000 });
  await door(other, 'reached.1').click();
  const dialog = other.getByRole('dialog');
  await expect(dialog.getByRole('link', { name: 'Anchor' })).toBeVisible();
  await expect(dialog).toContainText('1 deal');
  await violations(other, 'the deals behind a figure');
  await other.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(door(other, 'reached.1')).toBeFocused();
  await door(other, 'reached.1').click();
  await dialog.getByRole('link', { name: 'Anchor' }).click();
  await expect(other).toHaveURL(/\/deals\//);
});

test('what is chosen stands in the address and outlives a reload', async ({ page }) => {
  await enterDemo(page, 'manager');
  await go(page, '/funnel');
  const all = Number(await page.locator('[data-figure=deals] .door').innerText());
  await page.getByLabel('Rule').selectOption('in_order');
  await expect(page).toHaveURL(/rule=in_order/);
  await expect(page.locator('.steps-of')).toContainText(/stages entered one after another|依次进入/);
  await page.getByLabel('Period').selectOption('months');
  await expect(page).toHaveURL(/from=\d{4}-\d\d-01/);
  await page.getByLabel('Compare with').selectOption('before');
  await expect(page.getByRole('columnheader', { name: 'Difference' })).toBeVisible();
  await page.reload();
  await ready(page);
  await expect(page.getByLabel('Rule')).toHaveValue('in_order');
  await expect(page.getByLabel('Period')).toHaveValue('months');
  await expect(page.getByRole('columnheader', { name: 'Difference' })).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page.getByRole('columnheader', { name: 'Difference' })).toHaveCount(0);
  await expect(page.locator('[data-figure=deals] .door')).toHaveText(String(all));
  await page.getByLabel('Amount from').fill('999999999');
  await page.getByLabel('Amount from').press('Tab');
  await expect(page.getByText('No deal is counted under these filters')).toBeVisible();
  await page.getByRole('button', { name: 'Show all deals' }).click();
  await expect(page.locator('[data-figure=deals] .door')).toHaveText(String(all));
});

test('each chart has its table and is saved as SVG, PNG and CSV', async ({ page }) => {
  await enterDemo(page, 'manager');
  await go(page, '/funnel');
  const throughput = chart(page, 'throughput');
  await throughput.scrollIntoViewIfNeeded();
  const save = async (kind: string) => {
    const download = page.waitForEvent('download');
    await throughput.getByRole('button', { name: kind, exact: true }).click();
    const done = await download;
    return { name: done.suggestedFilename(), bytes: await readFile(await done.path()) };
  };
  const svg = await save('SVG');
  expect(svg.name).toBe('throughput.svg');
  expect(svg.bytes.toString()).toMatch(/^<svg[^]*fill:\s*(rgb|color)/);
  const png = await save('PNG');
  expect(png.name).toBe('throughput.png');
  expect([...png.bytes.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
  const csv = await save('CSV');
  const lines = csv.bytes.toString().trim().split(/\r?\n/);
  await throughput.getByRole('button', { name: 'Show as a table' }).click();
  await expect(throughput.locator('svg')).toBeHidden();
  await expect(throughput.locator('tbody tr')).toHaveCount(lines.length - 1);
  await throughput.getByRole('button', { name: 'Show as a chart' }).click();
  await expect(throughput.locator('svg').first()).toBeVisible();
});

test('the waterfall adds up, and its bars are pressed by keys', async ({ page }) => {
  await enterDemo(page, 'manager');
  await go(page, '/funnel');
  const waterfall = chart(page, 'waterfall');
  const rows = await waterfall.locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? '')));
  const amounts = rows.map(([, amount]) => Math.round(Number(amount) * 100));
  const closing = amounts.pop();
  expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(closing);
  const bar = waterfall.getByRole('button', { name: /^Opening/ });
  await bar.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').locator('tbody tr').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await waterfall.getByLabel('Waterfall from').fill('2026-01-01');
  await waterfall.getByLabel('Waterfall from').press('Tab');
  await expect(page).toHaveURL(/since=2026-01-01/);
});

test('a proposed limit becomes the limit of its stage, and is taken back', async ({ page }) => {
  await enterDemo(page, 'manager');
  await go(page, '/funnel');
  const take = chart(page, 'time-in-stage').getByRole('button', { name: /^Use \d+ d / });
  await expect(take.first()).toBeVisible();
  const before = await take.count();
  await take.first().click();
  await expect(take).toHaveCount(before - 1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(take).toHaveCount(before);
});

test('deals are told apart by a custom field, which is a filter and a comparison then', async ({ page }) => {
  await enterDemo(page, 'manager');
  await go(page, '/funnel');
  const table = chart(page, 'by-value');
  await expect(table.getByRole('heading', { name: 'Results by Source' })).toBeVisible();
  await table.getByLabel('Deals told apart by').selectOption({ label: '竞争对手' });
  await expect(page).toHaveURL(/[?&]field=/);
  await expect(table.getByRole('heading', { name: 'Results by 竞争对手' })).toBeVisible();
  const of = table.locator('button.door[data-figure^="of.all."]:not([data-figure="of.all."])').first();
  const value = ((await of.getAttribute('data-figure')) ?? '').slice('of.all.'.length);
  const deals = (await of.textContent()) ?? '';
  await of.click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('link').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await page.locator('.filters').getByLabel('竞争对手').selectOption(value);
  await expect(page).toHaveURL(/[?&]value=/);
  await expect(table.locator('table.lo tbody tr')).toHaveCount(1);
  await expect(of).toHaveText(deals);
  await violations(page, 'the deals of one value');
});

test.describe('while the server is away', () => {
  test.use({ except: AWAY });

  test('the figures stay and say that they are those of before', async ({ page }) => {
    await enterDemo(page, 'manager');
    await go(page, '/funnel');
    await page.route('**/api/v1/page*', (route) => route.abort());
    await page.getByLabel('Rule').selectOption('in_order');
    const notice = page.getByRole('alert').filter({ hasText: 'could not be read' });
    await expect(notice).toBeVisible();
    await expect(step(page, 0)).toBeVisible();
    await page.unroute('**/api/v1/page*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(notice).toHaveCount(0);
  });
});

for (const [where, width] of [['a desk', 1440], ['a phone', 390]] as const) {
  test(`the funnel has no violations on ${where}, in both themes and languages`, async ({ visit }) => {
    for (const locale of ['en-GB', 'zh-CN']) {
      const page = await visit({ locale, viewport: { width, height: width === 390 ? 844 : 900 } });
      await enterDemo(page, 'manager');
      await go(page, '/funnel');
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await violations(page, `the funnel, ${locale}, ${colorScheme}`);
      }
      // Nothing reaches beyond the screen.
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      for (const button of await page.locator('.saves button[aria-pressed]').all()) await button.click();
      await violations(page, `the tables of the funnel, ${locale}`);
    }
  });
}
