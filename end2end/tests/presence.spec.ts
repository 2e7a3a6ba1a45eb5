import type { Locator, Page } from '@playwright/test';
import { card, closeQuickAdd, column, edit, expect, field, foundWorkspace, go, holdCard, join, openDeal, quickAdd, synced, test } from '../support/app';

/** The others in the page's top bar. */
const present = (page: Page): Locator => page.locator('.top .present');

test('others see where one is, what one holds and edits, and that one left', async ({ page, visit }) => {
  await foundWorkspace(page, 'Bridge');
  await quickAdd(page, 'First contact', 'Keel');
  await closeQuickAdd(page);
  await synced(page);
  const other = await visit();
  await join(page, other, 'Bo Chen');
  await expect(present(other)).toHaveCount(0);

  // On the board; nobody sees themselves.
  await go(page, '/board');
  await expect(present(other)).toHaveAccessibleName('Also here: Ada Lin');
  await expect(present(page)).toHaveAccessibleName('Also here: Bo Chen');
  await expect(present(page).locator('.av')).toHaveText('BC');

  // Holding a card, over a column; nothing moves for it.
  await other.evaluate(() => { (window as unknown as { shifted: number }).shifted = 0; });
  await holdCard(page, 'Keel', 'Quotation');
  const held = card(other, 'Keel').locator('.held-by');
  await expect(held).toHaveAccessibleName('Ada Lin is moving this');
  await expect(column(other, 'Quotation').locator('.held-over')).toHaveAccessibleName('Ada Lin: moving a card here');
  await expect(column(other, 'First contact').locator('.held-over')).toHaveCount(0);
  await expect(page.locator('.held-by, .held-over'), 'one’s own card is as always').toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await expect(held).toHaveCount(0);
  await expect(other.locator('.held-over')).toHaveCount(0);
  expect(await other.evaluate(() => (window as unknown as { shifted: number }).shifted)).toBe(0);

  // Editing a field of a deal that both may edit, each sees the other.
  await quickAdd(other, 'First contact', 'Rudder');
  await closeQuickAdd(other);
  await openDeal(page, 'Rudder');
  await expect(present(other)).toHaveCount(0);
  await openDeal(other, 'Rudder');
  await expect(present(other)).toHaveAccessibleName('Also here: Ada Lin');
  await edit(page, 'source');
  await expect(field(other, 'source').getByRole('status')).toContainText('Ada Lin is editing');
  await expect(field(other, 'notes').getByRole('status')).toHaveText('');
  await edit(other, 'source');
  await expect(field(page, 'source').getByRole('status')).toContainText('Bo Chen is editing');
  await page.keyboard.press('Escape');
  await expect(field(other, 'source').getByRole('status')).toHaveText('');

  // Gone with the page.
  await page.goto('about:blank');
  await expect(present(other)).toHaveCount(0);
});

test('a person of several tabs is one person, and the tab that listens tells the others', async ({ page, visit }) => {
  await foundWorkspace(page, 'Two tabs');
  const other = await visit();
  await join(page, other, 'Bo Chen');
  await go(page, '/board');
  const second = await page.context().newPage();
  await go(second, '/board');
  await expect(present(other)).toHaveAccessibleName('Also here: Ada Lin');
  await expect(present(other).locator('.av')).toHaveCount(1);
  for (const tab of [page, second]) await expect(present(tab)).toHaveAccessibleName('Also here: Bo Chen');
  await second.close();
  await go(other, '/accounts');
  await expect(present(page)).toHaveCount(0);
  await go(other, '/board');
  await expect(present(page)).toHaveAccessibleName('Also here: Bo Chen');
  await expect(present(other)).toHaveAccessibleName('Also here: Ada Lin');
});

test('a card that is lifted by keys is held as well', async ({ page, visit }) => {
  await foundWorkspace(page, 'Keys');
  await quickAdd(page, 'First contact', 'Mast');
  await closeQuickAdd(page);
  await synced(page);
  const other = await visit();
  await join(page, other, 'Bo Chen');
  await go(page, '/board');
  await card(page, 'Mast').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await expect(card(other, 'Mast').locator('.held-by')).toBeVisible();
  await expect(column(other, 'Needs agreed').locator('.held-over')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(card(other, 'Mast').locator('.held-by')).toHaveCount(0);
});
