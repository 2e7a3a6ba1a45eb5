import { closeQuickAdd, enterDemo, expect, foundWorkspace, go, quickAdd, synced, test, type Page } from '../support/app';
import type { Locator } from '@playwright/test';
import { violations } from '../support/axe';

test.beforeEach(async ({ context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
});

/** A workspace with these deals in the first stage, and the table over them, by name. */
async function table(page: Page, name: string, deals: string[], address = '/deals?sort=title'): Promise<void> {
  await foundWorkspace(page, name);
  for (const deal of deals) await quickAdd(page, 'First contact', deal);
  await closeQuickAdd(page);
  await synced(page);
  await go(page, address);
  await expect(rows(page)).toHaveCount(deals.length);
}

const sheet = (page: Page) => page.getByRole('grid');
const rows = (page: Page) => page.locator('.grid-body > .grid-line[data-deal]');
const row = (page: Page, title: string) => rows(page).filter({ has: page.locator('.gc.name').getByText(title, { exact: true }) });
const cell = (page: Page, title: string, column: string): Locator => row(page, title).locator(`[data-column=${column}]`);
const editor = (page: Page) => page.locator('.grid-edit').locator('input, select');

/** The cell that has the keys. */
const chosen = (page: Page) => page.locator('.gc.at');

/** The names in the order in which they are drawn. */
async function order(page: Page): Promise<string[]> {
  const places = await rows(page).evaluateAll((lines) =>
    lines.map((line) => [line.getBoundingClientRect().top, line.querySelector('.gc.name .ct')?.textContent ?? ''] as const));
  return places.sort((a, b) => a[0] - b[0]).map(([, title]) => title);
}

/** Pastes a text as a spreadsheet put it on the clipboard. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await page.keyboard.press('Control+v');
}

test('the head sorts both ways, the view is a link, and the place is in the rail', async ({ page }) => {
  await table(page, 'Sorts', ['Anchor $300', 'Buoy $100', 'Crane $200']);
  await go(page, '/board');
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await expect(page).toHaveURL(/\/deals$/);
  await expect(page.locator('.rail').getByRole('link', { name: 'Deals' })).toHaveAttribute('aria-current', 'page');
  const head = page.getByRole('columnheader', { name: 'Amount' });
  await head.click();
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  await expect.poll(() => order(page)).toEqual(['Buoy', 'Crane', 'Anchor']);
  await head.click();
  await expect(page).toHaveURL(/sort=-amount/);
  await expect.poll(() => order(page)).toEqual(['Anchor', 'Crane', 'Buoy']);
  await page.reload();
  await expect.poll(() => order(page)).toEqual(['Anchor', 'Crane', 'Buoy']);
});

test('a cell is edited in place and what is refused stays with its reason', async ({ page }) => {
  await table(page, 'Edits', ['Anchor $300', 'Buoy $100']);
  await cell(page, 'Anchor', 'amount').click();
  await page.keyboard.type('a lot');
  await page.keyboard.press('Enter');
  await expect(page.locator('.grid-edit .why')).toContainText('Not a number');
  await expect(editor(page)).toHaveValue('a lot');
  await editor(page).fill('1,250.50');
  await page.keyboard.press('Enter');
  await expect(cell(page, 'Anchor', 'amount')).toContainText('1,250.50');
  await expect(page.locator('[data-total=sum]')).toHaveText('$1.35K');
  // Enter goes down, Tab goes right, Escape goes back.
  await expect(cell(page, 'Buoy', 'amount')).toHaveClass(/ at/);
  await page.keyboard.press('F2');
  await editor(page).fill('7');
  await page.keyboard.press('Tab');
  await expect(cell(page, 'Buoy', 'amount')).toContainText('7');
  await expect(cell(page, 'Buoy', 'owner')).toHaveClass(/ at/);
  await cell(page, 'Buoy', 'source').dblclick();
  await editor(page).fill('not this');
  await page.keyboard.press('Escape');
  await expect(cell(page, 'Buoy', 'source')).not.toContainText('not this');
  // A stage is moved to, by its name.
  await cell(page, 'Buoy', 'stage').click();
  await page.keyboard.type('quotation');
  await page.keyboard.press('Enter');
  await expect(cell(page, 'Buoy', 'stage')).toHaveText('Quotation');
  await synced(page);
  await page.reload();
  await expect(cell(page, 'Buoy', 'stage')).toHaveText('Quotation');
  await expect(cell(page, 'Anchor', 'amount')).toContainText('1,250.50');
});

test('a pasted block is one step, and comes back in one', async ({ page }) => {
  await table(page, 'Paste', ['Anchor $300', 'Buoy $100', 'Crane $200']);
  await cell(page, 'Anchor', 'amount').click();
  await paste(page, '1,000\tAda Lin\t2031-05-17\r\n€20\tAda Lin\t31/12/2031\r\n');
  await expect(cell(page, 'Anchor', 'amount')).toContainText('1,000');
  await expect(cell(page, 'Buoy', 'amount')).toContainText('€20');
  await expect(cell(page, 'Buoy', 'close_on')).toHaveText('2031-12-31');
  await expect(page.locator('.toast')).toContainText('4 cells changed');
  await synced(page);
  await page.keyboard.press('Control+z');
  await expect(cell(page, 'Anchor', 'amount')).toContainText('300');
  await expect(cell(page, 'Buoy', 'amount')).toContainText('100');
  await expect(cell(page, 'Buoy', 'close_on')).toHaveText('');
  await synced(page);
});

test('a block with a cell that cannot be understood changes nothing and names it', async ({ page }) => {
  await table(page, 'Refused', ['Anchor $300', 'Buoy $100']);
  await cell(page, 'Anchor', 'amount').click();
  await paste(page, '5\nmany');
  const dialog = page.getByRole('dialog');
  await expect(dialog.locator('tbody tr')).toHaveCount(1);
  await expect(dialog.locator('tbody tr')).toContainText('Buoy');
  await expect(dialog.locator('tbody tr')).toContainText('Amount');
  await expect(dialog.locator('tbody tr')).toContainText('many');
  await expect(dialog.locator('tbody tr')).toContainText('Not a number');
  await violations(page, 'refused cells');
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await dialog.getByRole('button', { name: 'Copy what was pasted' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('5\nmany');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(cell(page, 'Anchor', 'amount')).toContainText('300');
});

test('cells are copied, filled down and cleared by keys and by the handle', async ({ page }) => {
  await table(page, 'Fills', ['Anchor $300', 'Buoy $100', 'Crane $200']);
  await cell(page, 'Anchor', 'source').click();
  await page.keyboard.type('Fair');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Control+d');
  await expect(cell(page, 'Crane', 'source')).toHaveText('Fair');
  await page.keyboard.press('Control+c');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('Fair\nFair\nFair');
  await page.keyboard.press('Control+z');
  await expect(cell(page, 'Crane', 'source')).toHaveText('');

  await cell(page, 'Anchor', 'source').click();
  const handle = await page.locator('.grid-body .handle').boundingBox();
  const last = await cell(page, 'Crane', 'source').boundingBox();
  if (!handle || !last) throw new Error('nothing to fill');
  await page.mouse.move(handle.x + 4, handle.y + 4);
  await page.mouse.down();
  await page.mouse.move(last.x + 20, last.y + 10, { steps: 5 });
  await page.mouse.up();
  await expect(cell(page, 'Buoy', 'source')).toHaveText('Fair');
  await expect(cell(page, 'Crane', 'source')).toHaveText('Fair');
  await page.keyboard.press('Delete');
  await expect(cell(page, 'Anchor', 'source')).toHaveText('');
  await expect(cell(page, 'Crane', 'source')).toHaveText('');
  await synced(page);
});

test('groups fold and add up, each currency by itself', async ({ page }) => {
  await table(page, 'Groups', ['Anchor $300', 'Buoy $100', 'Crane €200'], '/deals?sort=title&group=stage');
  const group = page.locator('.grid-line.group').filter({ hasText: 'First contact' });
  await expect(group).toContainText('3');
  await expect(group).toContainText('$400');
  await expect(group).toContainText('€200');
  await violations(page, 'a grouped table');
  await group.locator('.gc').click();
  await expect(rows(page)).toHaveCount(0);
  await group.locator('.gc').click();
  await expect(rows(page)).toHaveCount(3);
  await expect(page.locator('[data-total=deals]')).toHaveText('3');
});

test('everything goes by keys alone', async ({ page }) => {
  await table(page, 'Keyboard', ['Anchor $300', 'Buoy $100', 'Crane $200']);
  await sheet(page).focus();
  await page.keyboard.press('ArrowDown');
  await expect(chosen(page)).toHaveAttribute('data-column', 'title');
  await page.keyboard.press('End');
  await expect(chosen(page)).toHaveAttribute('data-column', 'tags');
  await page.keyboard.press('Control+Home');
  await expect(cell(page, 'Anchor', 'title')).toHaveClass(/ at/);
  await expect(sheet(page)).toHaveAttribute('aria-activedescendant', 'cell-0-0');
  await page.keyboard.press('Control+End');
  await expect(cell(page, 'Crane', 'tags')).toHaveClass(/ at/);
  await page.keyboard.press('Control+a');
  await expect(page.locator('.gc.sel')).toHaveCount(30);
  await page.keyboard.press('Escape');
  // The head: sorting, moving and widening a column.
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(page.getByRole('columnheader').nth(1)).toHaveText('Stage');
  await expect(page).toHaveURL(/columns=title%2Cstage%2Caccount/);
  const head = page.getByRole('columnheader', { name: 'Account' });
  const before = (await head.boundingBox())?.width ?? 0;
  await page.keyboard.press('Control+ArrowRight');
  await expect.poll(async () => (await head.boundingBox())?.width).toBe(before + 16);
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect.poll(() => order(page)).toEqual(['Crane', 'Buoy', 'Anchor']);
  // And into the deal.
  await sheet(page).focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.dhead h1')).toHaveText('Crane');
});

test('columns are chosen by their menu, and kept for the next time', async ({ page }) => {
  await table(page, 'Columns', ['Anchor $300']);
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Source' }).uncheck();
  await page.getByRole('checkbox', { name: 'Pipeline' }).check();
  await expect(page.getByRole('columnheader', { name: 'Pipeline' })).toBeVisible();
  await violations(page, 'the menu of columns');
  await go(page, '/deals');
  await expect(page.getByRole('columnheader', { name: 'Pipeline' })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Source' })).toHaveCount(0);
});

test("another's change shows at once, and does not move what is being edited", async ({ page, visit }) => {
  await foundWorkspace(page, 'Two');
  for (const deal of ['Anchor $300', 'Buoy $100']) await quickAdd(page, 'First contact', deal);
  await closeQuickAdd(page);
  await synced(page);
  await go(page, '/deals?sort=title');
  const second = await visit();
  await second.context().addCookies(await page.context().cookies());
  await go(second, '/deals?sort=title');
  await cell(page, 'Buoy', 'source').dblclick();
  await editor(page).fill('half writ');
  await cell(second, 'Anchor', 'title').click();
  await second.keyboard.type('Zebra');
  await second.keyboard.press('Enter');
  await expect(row(page, 'Zebra')).toBeVisible();
  await expect(editor(page)).toHaveValue('half writ');
  await page.keyboard.press('Enter');
  await expect(cell(page, 'Buoy', 'source')).toHaveText('half writ');
  // At rest, the rows come into their order again.
  await expect.poll(() => order(page), { timeout: 20_000 }).toEqual(['Buoy', 'Zebra']);
});

test('what is shown is exported', async ({ page }) => {
  await table(page, 'Export', ['Anchor $300', 'Buoy $100'], '/deals?sort=-title&columns=title%2Camount');
  const download = page.waitForEvent('download');
  await page.locator('#main').getByRole('link', { name: 'Export' }).click();
  const stream = await (await download).createReadStream();
  let text = '';
  for await (const part of stream) text += part;
  expect(text).toBe('\ufeffName,Amount,Amount · Currency\r\nBuoy,100,USD\r\nAnchor,300,USD\r\n');
});

test('a list that filters to nothing says so, and a phone lists deals in two lines', async ({ page }) => {
  await table(page, 'Phone', ['Anchor $300', 'Buoy $100']);
  await page.getByRole('searchbox', { name: 'Name, account' }).fill('nothing like it');
  await expect(page.getByText('No deal matches these filters')).toBeVisible();
  await page.locator('.page-empty').getByRole('button', { name: 'Clear filters' }).click();
  await expect(rows(page)).toHaveCount(2);
  await page.setViewportSize({ width: 390, height: 844 });
  const line = page.locator('.duo').filter({ hasText: 'Anchor' });
  await expect(line).toContainText('300');
  await expect.poll(async () => (await line.boundingBox())?.height ?? 0).toBeGreaterThanOrEqual(44);
  await violations(page, 'the table on a phone');
  await line.getByRole('link').click();
  await expect(page.locator('.dhead h1')).toHaveText('Anchor');
});

test('coming back from a deal, the table stands where it was left, with the keys on that deal’s row', async ({ page }) => {
  await enterDemo(page, 'manager');
  await go(page, '/deals?sort=title');
  await sheet(page).evaluate((node) => node.scrollTo(0, 1600));
  // A row well within sight: rows come and go while it scrolls.
  const inSight = () => rows(page).evaluateAll((all) => all.find((row) => row.getBoundingClientRect().top > 300 && row.querySelector('a.go'))?.querySelector('a.go')?.getAttribute('href'));
  await expect.poll(async () => Boolean(await inSight())).toBe(true);
  const path = await inSight();
  const link = page.locator(`a.go[href="${path}"]`);
  const title = (await rows(page).filter({ has: link }).locator('.gc.name .ct').textContent())!;
  await link.click();
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/\/deals\?sort=title$/);
  await expect(chosen(page).locator('.ct')).toHaveText(title);
  await expect(sheet(page)).toBeFocused();
  expect(await sheet(page).evaluate((node) => node.scrollTop)).toBeGreaterThan(1500);
  // By a link it begins at its top.
  const rail = page.locator('.rail');
  await rail.getByRole('link', { name: 'Board' }).click();
  await expect(page.locator('section.col').first()).toBeVisible();
  await rail.getByRole('link', { name: 'Deals' }).click();
  await expect(sheet(page)).toBeVisible();
  expect(await sheet(page).evaluate((node) => node.scrollTop)).toBe(0);
});
