import { card, closeQuickAdd, column, expect, foundWorkspace, go, quickAdd, synced, test } from '../support/app';
import { violations } from '../support/axe';

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

test('/ goes to the page’s filter, and where there is none to the palette', async ({ page }) => {
  await foundWorkspace(page, 'Filters');
  const field = page.locator('#main input[type=search]');
  for (const address of ['/board', '/deals', '/accounts', '/contacts']) {
    await go(page, address);
    await page.keyboard.press('/');
    await expect(field, address).toBeFocused();
    await page.keyboard.type('a/b');
    await expect(field).toHaveValue('a/b');
  }
  await go(page, '/settings/workspace');
  await page.keyboard.press('/');
  await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused();
});

test('a reader hears the lane, and why a lane takes no card', async ({ page }) => {
  await foundWorkspace(page, 'Lanes');
  await quickAdd(page, 'First contact', 'Anchor');
  await closeQuickAdd(page);
  await synced(page);
  const said = page.locator('[aria-live=assertive]');
  await go(page, '/board?lanes=owner');
  await card(page, 'Anchor').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await expect(said).toHaveText(/^Needs agreed, lane .+, place 1 of 1$/);
  await page.keyboard.press('Escape');

  await go(page, '/board?by=month');
  await card(page, 'Anchor').focus();
  await page.keyboard.press('Space');
  // Over “Later”, which is many months, to the last month.
  await page.keyboard.press('ArrowLeft');
  await expect(said).not.toContainText('Later');
  await expect(said).toContainText(', place 1 of 1');
  for (let month = 0; month < 12; month++) await page.keyboard.press('ArrowLeft');
  await expect(said).toContainText('“Earlier” holds many months');
  await expect(page.getByRole('alert').filter({ hasText: '“Earlier” holds many months' })).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('the board’s filters are a sheet', async ({ page }) => {
    await foundWorkspace(page, 'Sheet');
    await go(page, '/board');
    const open = page.locator('.psum').getByRole('button', { name: 'Filter', exact: true });
    const sheet = page.getByRole('toolbar', { name: 'Filter' });
    await expect(sheet).toBeHidden();
    await open.click();
    await expect(sheet).toBeVisible();
    // Nothing lies over anything else.
    const boxes = await sheet.locator('.filters > *').evaluateAll((items) =>
      items.map((item) => item.getBoundingClientRect()).filter((box) => box.width > 0).map(({ x, y, right, bottom }) => ({ x, y, right, bottom })));
    for (const [at, one] of boxes.entries()) {
      for (const other of boxes.slice(at + 1)) {
        expect(one.right <= other.x || other.right <= one.x || one.bottom <= other.y || other.bottom <= one.y).toBe(true);
      }
      expect(one.right).toBeLessThanOrEqual(390);
    }
    await violations(page, 'the board’s filters on a phone');
    await sheet.getByRole('searchbox').fill('nothing');
    await page.keyboard.press('Escape');
    await expect(sheet).toBeHidden();
    await expect(open).toBeFocused();
    await open.click();
    await sheet.getByRole('button', { name: 'Done' }).click();
    await expect(sheet).toBeHidden();
    await page.keyboard.press('/');
    await expect(sheet.getByRole('searchbox')).toBeFocused();
  });
});
