import { card, closeQuickAdd, column, expect, foundWorkspace, quickAdd, synced, test } from '../support/app';

test('a card is lifted, moved, dropped and put back by keys alone, and a reader hears it', async ({ page }) => {
  await foundWorkspace(page, 'Keys');
  await quickAdd(page, 'First contact', 'Lower');
  await quickAdd(page, 'First contact', 'Upper');
  await closeQuickAdd(page);
  await synced(page);
  const said = page.locator('[aria-live=assertive]');

  await card(page, 'Upper').focus();
  await page.keyboard.press('Space');
  await expect(said).toHaveText('Lifted “Upper” from First contact, place 1 of 2. Arrows move, Space drops, Escape puts back.');
  await page.keyboard.press('ArrowDown');
  await expect(said).toHaveText('First contact, place 2 of 2');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(said).toHaveText('Demonstration, place 1 of 1');
  await expect(column(page, 'Demonstration').locator('.card.up')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(said).toHaveText('Put back in First contact');
  await expect(card(page, 'Upper', 'First contact')).toBeFocused();

  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await expect(said).toHaveText('Dropped in Needs agreed, place 1');
  await expect(card(page, 'Upper', 'Needs agreed')).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect(card(page, 'Upper', 'First contact')).toBeVisible();
  await page.keyboard.press('Control+Shift+Z');
  await expect(card(page, 'Upper', 'Needs agreed')).toBeVisible();
  await synced(page);
});

test('a card is moved and found again by its menu', async ({ page }) => {
  await foundWorkspace(page, 'Menu');
  await quickAdd(page, 'First contact', 'Anchor');
  await closeQuickAdd(page);
  await card(page, 'Anchor').focus();
  await page.keyboard.press('m');
  await page.getByRole('dialog').getByRole('button', { name: 'Contract' }).click();
  await expect(card(page, 'Anchor', 'Contract')).toBeFocused();
  await card(page, 'Anchor').click({ button: 'right' });
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Contract' })).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('quick add understands whole names and days in words', async ({ page }) => {
  await foundWorkspace(page, 'Words');
  await column(page, 'First contact').getByRole('button', { name: 'New deal in First contact' }).click();
  await page.locator('.quick-add input').fill('Crane #yard !urgent $500');
  await expect(page.locator('.quick-add .tag'), 'what was understood').toHaveText(['#yard', 'High', /500/]);
  await quickAdd(page, 'First contact', 'Crane @Ada Lin $500 in 2 days');
  await expect(page.locator('.quick-add .tag')).toHaveCount(0);
  await closeQuickAdd(page);
  await expect(card(page, 'Crane')).toBeVisible();
  await synced(page);
  await card(page, 'Crane').click();
  await expect(page.locator('[data-field=owner] .val')).toContainText('Ada Lin');
  await expect(page.locator('[data-field=close_on] .val')).toContainText(/\d{4}-\d{2}-\d{2}/);
});
