import type { Page } from '@playwright/test';
import { card, closeQuickAdd, column, enterDemo, expect, field, foundWorkspace, go, openDeal, quickAdd, synced, test } from '../support/app';
import { violations } from '../support/axe';

const chart = (page: Page, name: string) => page.locator(`[data-chart="${name}"]`);
const asked = (page: Page) => page.getByRole('dialog', { name: /more for “Lost”/ });

/** A pipeline whose losses have reasons, with these deals in its first stage. */
async function withReasons(page: Page, name: string, deals: string[]): Promise<void> {
  await foundWorkspace(page, name);
  for (const deal of deals) await quickAdd(page, 'First contact', deal);
  await closeQuickAdd(page);
  await synced(page);
  await go(page, '/settings/pipelines');
  await page.getByRole('button', { name: 'Guidance, kind and more of Lost' }).click();
  const reasons = page.getByLabel('Loss reasons to choose from');
  await reasons.fill('Price\nCompetitor');
  await reasons.blur();
  await synced(page);
  await go(page, '/board');
}

/** Drops a card on the strip of lost deals at the board's foot. */
async function dropOnLost(page: Page, title: string): Promise<void> {
  const from = (await card(page, title).boundingBox())!;
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2 + 20, from.y + from.height / 2 + 20, { steps: 5 });
  const lost = page.locator('.zone').filter({ hasText: 'Lost' });
  await expect(lost).toBeVisible();
  const to = (await lost.boundingBox())!;
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 8 });
  await expect(lost).toHaveClass(/over/);
  await page.mouse.up();
}

test('a loss asks for its reason wherever it is made, and the funnel tells reasons by stage', async ({ page }) => {
  await withReasons(page, 'Reasons', ['Anchor $300', 'Buoy $100']);
  await dropOnLost(page, 'Anchor');
  await expect(asked(page)).toBeVisible();
  await violations(page, 'the reason of a loss');
  await page.keyboard.press('Escape');
  await expect(card(page, 'Anchor', 'First contact')).toBeVisible();
  await dropOnLost(page, 'Anchor');
  await asked(page).getByLabel('Loss reason').selectOption('Price');
  await asked(page).getByRole('button', { name: 'Save and move' }).click();
  await expect(card(page, 'Anchor', 'Lost')).toBeVisible();
  await synced(page);

  // Opened again and lost for another reason: both stand in its history.
  const first = page.getByRole('dialog').getByRole('button', { name: 'First contact' });
  await card(page, 'Anchor').focus();
  await page.keyboard.press('m');
  await first.click();
  await expect(card(page, 'Anchor', 'First contact')).toBeVisible();
  await synced(page);
  await openDeal(page, 'Anchor');
  await page.getByRole('button', { name: 'Move to Lost' }).click();
  await asked(page).getByLabel('Loss reason').selectOption('Competitor');
  await asked(page).getByRole('button', { name: 'Save and move' }).click();
  await expect(field(page, 'loss_reason')).toContainText('Competitor');
  await synced(page);
  await page.reload();
  await expect(page.locator('.hist')).toContainText('Price');

  await go(page, '/deals?columns=title%2Closs_reason');
  await expect(page.getByText('Competitor', { exact: true }).first()).toBeVisible();

  await go(page, '/funnel');
  const reasons = chart(page, 'loss-reasons');
  await expect(reasons.getByRole('row', { name: /Competitor/ }).first()).toContainText('100%');
  await reasons.locator('button.door[data-figure="lost_for.any.Competitor"]').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('link', { name: 'Anchor' })).toBeVisible();
  await page.keyboard.press('Escape');
  await reasons.locator('button.door[data-figure="lost_for.0.Competitor"]').click();
  await expect(dialog.getByRole('link', { name: 'Anchor' })).toBeVisible();
});

test('a column’s mark of lateness leads to the list, whose lines lead to deals', async ({ page }) => {
  await enterDemo(page, 'manager');
  const mark = page.locator('.late-mark:visible').first();
  await expect(mark).toBeVisible();
  const late = Number((await mark.innerText()).replace(/\D/g, ''));
  await mark.click();
  await expect(page).toHaveURL(/figure=late\.\d/);
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Late stays');
  await expect(dialog.locator('tbody tr')).toHaveCount(late);
  await expect(dialog.locator('.over-by').first()).toContainText(/\d+ days/);
  await violations(page, 'the list of late stays');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(page).not.toHaveURL(/figure=/);
  // All of them at once, by the ageing of open deals.
  await chart(page, 'ageing').locator('button.door[data-figure="late"]').click();
  const over = (await dialog.locator('.over-by').allInnerTexts()).map((text) => Number(text.replace(/\D/g, '')));
  expect(over.length).toBeGreaterThanOrEqual(late);
  expect(over).toEqual([...over].sort((one, other) => other - one));
  await dialog.getByRole('link').first().click();
  await expect(page).toHaveURL(/\/deals\//);
});

test('the settings of a stage show what its stays propose, with the evidence', async ({ page }) => {
  await enterDemo(page, 'manager');
  await go(page, '/settings/pipelines');
  await page.getByRole('button', { name: /^Guidance, kind and more of/ }).first().click();
  const limit = page.locator('.stage-limit');
  await expect(limit).toContainText(/stays over.*P50.*P85.*P95/);
  await violations(page, 'the proposed limit of a stage');
  const use = limit.getByRole('button', { name: /^Use \d+ days/ });
  if ((await use.count()) === 0) return;
  await use.click();
  await expect(use).toHaveCount(0);
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(use).toBeVisible();
});

test('the process tells its longest steps, its ways and what a change would save', async ({ page }) => {
  await enterDemo(page, 'manager');
  await go(page, '/funnel');
  const cost = chart(page, 'process-cost');
  await cost.scrollIntoViewIfNeeded();
  const result = cost.locator('.what-if [role=status]');
  await expect(result).toContainText(/An estimate from the past: without .+ working days less/);
  const beside = cost.getByLabel('Left out, or side by side with');
  const other = await beside.locator('option').last().getAttribute('value');
  await beside.selectOption(other!);
  await expect(result).toContainText('side by side');
  const ways = chart(page, 'ways');
  const most = Number((await ways.locator('.door').first().innerText()).replace(/\D/g, ''));
  await ways.locator('.door').first().click();
  await expect(page.getByRole('dialog').locator('tbody tr')).toHaveCount(Math.min(most, 500));
  await page.keyboard.press('Escape');
  await expect(chart(page, 'rework')).toBeVisible();
});

test('the board is played back by keys and by a button, between any two days', async ({ page }) => {
  await enterDemo(page, 'manager');
  await go(page, '/funnel');
  const waterfall = chart(page, 'waterfall');
  await waterfall.getByLabel('Waterfall from').fill('2026-01-01');
  await waterfall.getByLabel('Waterfall from').press('Tab');
  await expect(page).toHaveURL(/since=2026-01-01/);
  const playback = chart(page, 'playback');
  await expect(playback.locator('.note')).toContainText('2026-01-01');
  const slider = playback.getByRole('slider', { name: 'Day' });
  const day = playback.locator('.pb-day');
  await slider.focus();
  await page.keyboard.press('Home');
  await expect(day).toHaveText('2025-12-31');
  await page.keyboard.press('ArrowRight');
  await expect(day).toHaveText('2026-01-01');
  await playback.getByRole('button', { name: 'Week' }).click();
  await slider.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect(day).toHaveText('2026-01-07');
  // Playing asks the server for nothing.
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await playback.getByRole('button', { name: 'Play' }).click();
  await expect(day).not.toHaveText('2026-01-07');
  await playback.getByRole('button', { name: 'Pause' }).click();
  expect(requests.filter((url) => /funnel/.test(url))).toEqual([]);
  await slider.focus();
  await page.keyboard.press('End');
  const full = playback.locator('[data-column]:not([data-deals="0"])').first();
  const deals = Number(await full.getAttribute('data-deals'));
  await full.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').locator('tbody tr')).toHaveCount(Math.min(deals, 500));
});

test('the steps are told by amount, and compared with any other days', async ({ page }) => {
  await enterDemo(page, 'manager');
  await go(page, '/funnel');
  await page.getByRole('group', { name: 'Told by' }).getByRole('button', { name: 'Amount' }).click();
  await expect(page).toHaveURL(/by=amount/);
  const reached = page.locator('tr[data-step="0"] .door').first();
  await expect(reached).toContainText(/[¥$€]/);
  await expect(page.locator('.steps-of .foot')).toContainText('By amount in');
  await violations(page, 'the funnel by amount');
  await page.getByLabel('Compare with').selectOption({ label: 'Other days' });
  await page.getByLabel('Compared from').fill('2025-01-01');
  await page.getByLabel('Compared from').press('Tab');
  await expect(page).toHaveURL(/compare=days\.2025-01-01\./);
  await expect(page.getByRole('columnheader', { name: 'Difference' })).toBeVisible();
  await page.getByRole('group', { name: 'Told by' }).getByRole('button', { name: 'Count' }).click();
  await expect(reached).toHaveText(/^[\d,]+$/);
});

test('at a phone the board still leads to what is late, and nothing reaches beyond the screen', async ({ visit }) => {
  const page = await visit({ viewport: { width: 390, height: 844 } });
  await enterDemo(page, 'manager');
  const mark = page.locator('.psum .late-mark');
  // Some stage has late deals; each tells its own while it is in sight.
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    await expect(tab).toHaveAttribute('aria-selected', 'true');
    if ((await mark.count()) > 0) break;
  }
  await mark.click();
  await expect(page.getByRole('dialog')).toContainText('Late stays');
  await violations(page, 'late stays on a phone');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
