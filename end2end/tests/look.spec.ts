import type { Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { card, closeQuickAdd, column, expect, foundWorkspace, go, join, quickAdd, ready, synced, test } from '../support/app';
import { violations } from '../support/axe';
import { command, createDeals } from '../support/deals.mjs';

/** A board with these deals in its first column, the first of them at the top. */
async function board(page: Page, name: string, deals: string[]): Promise<void> {
  await foundWorkspace(page, name);
  for (const deal of deals.toReversed()) await quickAdd(page, 'First contact', deal);
  await closeQuickAdd(page);
  await synced(page);
}

/** Opens what lays the board out and chooses there. */
async function choose(page: Page, group: string, choice: string): Promise<void> {
  const menu = page.getByRole('dialog', { name: 'Display' });
  if (!(await menu.isVisible())) await page.getByRole('button', { name: 'Display' }).click();
  await menu.getByRole('group', { name: group }).getByRole('button', { name: choice, exact: true }).click();
}

/** Takes a card by the mouse and lets it go at the middle of something, or a little below its top. */
async function drag(page: Page, title: string, to: string, let_go = true): Promise<void> {
  const from = (await card(page, title).boundingBox())!;
  await page.mouse.move(from.x + from.width / 2, from.y + 20);
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2 + 12, from.y + 30, { steps: 3 });
  const place = (await page.locator(to).boundingBox())!;
  await page.mouse.move(place.x + place.width / 2, place.y + Math.min(place.height / 2, 60), { steps: 8 });
  if (let_go) await page.mouse.up();
}

const slot = async (page: Page, name: string) => (await column(page, name).getAttribute('data-slot'))!;

/** The names in a part of the board from the top. */
async function titles(page: Page, within: string): Promise<string[]> {
  const placed = await page.locator(`${within} li.card`).evaluateAll((items) =>
    items.map((item) => [new DOMMatrix(getComputedStyle(item).transform).f, item.querySelector('.name span:last-child')?.textContent ?? ''] as const));
  return placed.sort((a, b) => a[0] - b[0]).map(([, title]) => title);
}

test('several cards are chosen by mouse and keys, moved together, and one undo takes it back', async ({ page }) => {
  await board(page, 'Many', ['A $100', 'B $200', 'C $300']);
  await card(page, 'A').click({ modifiers: ['Control'] });
  await card(page, 'C').click({ modifiers: ['Control'] });
  const bar = page.getByRole('region', { name: 'Selected deals' });
  await expect(bar).toContainText('2 selected');
  await expect(bar).toContainText('$400');
  await violations(page, 'a board with chosen cards');
  await drag(page, 'C', `section.col[data-slot="${await slot(page, 'Quotation')}"] .list`);
  await expect(page.locator('.toast')).toContainText('2 deals moved to Quotation');
  const there = `section.col[data-slot="${await slot(page, 'Quotation')}"]`;
  await expect.poll(() => titles(page, there)).toEqual(['A', 'C']);
  await synced(page);
  await page.keyboard.press('Control+z');
  await expect.poll(() => titles(page, '.board')).toEqual(['A', 'B', 'C']);
  await page.keyboard.press('Escape');
  await expect(bar).toHaveCount(0);

  // By keys: X and Shift with an arrow, the column, the menu.
  await card(page, 'A').focus();
  await page.keyboard.press('x');
  await expect(bar).toContainText('1 selected');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(bar).toContainText('2 selected');
  await expect(card(page, 'B')).toBeFocused();
  await page.keyboard.press('m');
  await page.getByRole('dialog').getByRole('button', { name: 'Contract' }).click();
  const contract = `section.col[data-slot="${await slot(page, 'Contract')}"]`;
  await expect.poll(() => titles(page, contract)).toEqual(['A', 'B']);
  await page.reload();
  await expect.poll(() => titles(page, contract)).toEqual(['A', 'B']);
});

test('lanes by owner: a card dragged into another lane changes hands', async ({ page, visit }) => {
  await board(page, 'Lanes', ['Mine', 'Other']);
  const guest = await visit();
  await join(page, guest, 'Bo Chen');
  await go(page, '/board');
  await card(page, 'Other').focus();
  await page.keyboard.press('a');
  await page.getByRole('dialog').getByRole('button', { name: 'Bo Chen' }).click();
  await choose(page, 'Lanes', 'Owner');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/lanes=owner/);
  const lane = (name: string) => page.locator('section.lane').filter({ has: page.getByRole('heading', { name, level: 3 }) });
  await expect(lane('Ada Lin').locator('li.card')).toHaveCount(1);
  await expect(lane('Bo Chen').locator('li.card')).toHaveCount(1);
  await violations(page, 'a board with lanes');
  const bo = (await lane('Bo Chen').locator('.cell').nth(1).getAttribute('data-lane'))!;
  const needs = (await page.locator('.lane-heads .col').nth(1).getAttribute('data-slot'))!;
  await drag(page, 'Mine', `.cell[data-lane="${bo}"][data-slot="${needs}"]`);
  await expect(lane('Bo Chen').locator('li.card')).toHaveCount(2);
  await synced(page);
  // The other sees it as well, and both changes are one step back.
  await expect(card(guest, 'Mine', 'Needs agreed')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(lane('Ada Lin').locator('li.card')).toHaveCount(1);
  await expect(card(guest, 'Mine', 'First contact')).toBeVisible();
  await synced(page);
  await page.reload();
  await expect(lane('Ada Lin').locator('li.card')).toHaveCount(1);
  await ready(page);
  await lane('Bo Chen').getByRole('button', { name: 'Bo Chen' }).click();
  await expect(lane('Bo Chen').locator('li.card')).toHaveCount(0);
  await expect(page).toHaveURL(/fold=owner-/);
  await page.reload();
  await expect(lane('Ada Lin').locator('li.card')).toHaveCount(1);
  await expect(lane('Bo Chen').locator('li.card')).toHaveCount(0);
});

test('the forecast shows months, and dragging changes the date', async ({ page }) => {
  await board(page, 'Forecast', ['Soon $500 in 2 days', 'Open end $300']);
  await choose(page, 'Columns', 'Months (forecast)');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/by=month/);
  const undated = 'section.col[data-slot="undated"]';
  await expect.poll(() => titles(page, undated)).toEqual(['Open end']);
  await card(page, 'Open end').scrollIntoViewIfNeeded();
  const month = (await page.locator('section.col').nth(6).getAttribute('data-slot'))!;
  await drag(page, 'Open end', `section.col[data-slot="${month}"] .list`);
  const there = `section.col[data-slot="${month}"]`;
  await expect.poll(() => titles(page, there)).toEqual(['Open end']);
  await expect(page.locator(there).locator('.sum .money')).toHaveText('$300');
  // The past takes nothing.
  await card(page, 'Soon').scrollIntoViewIfNeeded();
  await drag(page, 'Soon', 'section.col[data-slot="earlier"] .list');
  await expect(page.locator('section.col[data-slot="earlier"] li.card')).toHaveCount(0);
  await expect(page.getByRole('alert').filter({ hasText: '“Earlier” holds many months' })).toBeVisible();
  await synced(page);
  await page.keyboard.press('Control+z');
  await expect.poll(() => titles(page, undated)).toEqual(['Open end']);
  await page.keyboard.press('Control+Shift+Z');
  await expect.poll(() => titles(page, there)).toEqual(['Open end']);
  await synced(page);
  await page.reload();
  await expect.poll(() => titles(page, there)).toEqual(['Open end']);
  await expect(page.locator('[data-total=sum]')).toHaveText('$800');
  await ready(page);
  await violations(page, 'the forecast');
});

test('order, height and folded columns stand in the address', async ({ page }) => {
  await board(page, 'Look', ['B $100', 'A $300', 'C $200']);
  const first = 'section.col:first-child';
  await choose(page, 'Order', 'Amount');
  await expect.poll(() => titles(page, first)).toEqual(['A', 'C', 'B']);
  await choose(page, 'Order', 'Name');
  await expect.poll(() => titles(page, first)).toEqual(['A', 'B', 'C']);
  await choose(page, 'Cards', 'Compact');
  await expect.poll(async () => (await card(page, 'A').boundingBox())!.height).toBeLessThan(60);
  await page.keyboard.press('Escape');
  await column(page, 'Demonstration').getByRole('button', { name: 'Fold “Demonstration”' }).click();
  await expect.poll(async () => (await column(page, 'Demonstration').boundingBox())!.width).toBeLessThan(60);
  await violations(page, 'a dense board with a folded column');
  await page.reload();
  await expect.poll(() => titles(page, first)).toEqual(['A', 'B', 'C']);
  await expect.poll(async () => (await column(page, 'Demonstration').boundingBox())!.width).toBeLessThan(60);
  await ready(page);
  expect(await page.evaluate(() => (window as unknown as { shifted: number }).shifted)).toBeLessThan(0.02);
  // A folded column still takes cards.
  await drag(page, 'A', `section.col[data-slot="${await slot(page, 'Demonstration')}"]`);
  await expect(column(page, 'Demonstration').locator('.ttl .n')).toHaveText('1');
  await column(page, 'Demonstration').getByRole('button', { name: 'Unfold “Demonstration”' }).click();
  await expect(card(page, 'A', 'Demonstration')).toBeVisible();
});

test('won, lost and delete stand at the foot while a card is dragged', async ({ page }) => {
  await board(page, 'Ends', ['Deal', 'Wrong']);
  await drag(page, 'Deal', 'section.col:nth-child(2) .list', false);
  await expect(page.locator('.zone')).toHaveText(['Won', 'Lost', 'Delete']);
  const won = (await page.locator('.zone').first().boundingBox())!;
  await page.mouse.move(won.x + won.width / 2, won.y + won.height / 2, { steps: 5 });
  await expect(page.locator('.zone').first()).toHaveClass(/over/);
  await page.mouse.up();
  await expect(card(page, 'Deal', 'Won')).toBeVisible();
  await drag(page, 'Wrong', 'section.col:nth-child(2) .list', false);
  const away = (await page.locator('.zone').last().boundingBox())!;
  await page.mouse.move(away.x + away.width / 2, away.y + away.height / 2, { steps: 5 });
  await page.mouse.up();
  await expect(card(page, 'Wrong')).toHaveCount(0);
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(card(page, 'Wrong', 'First contact')).toBeVisible();
});

test('space with shift, or held, looks into a card; arrows go on', async ({ page }) => {
  await board(page, 'Peek', ['Anchor $500', 'Buoy $700']);
  await card(page, 'Anchor').focus();
  await page.keyboard.press('Shift+Space');
  const peek = page.getByRole('complementary', { name: 'Peek' });
  await expect(peek).toContainText('Anchor');
  await expect(peek).toContainText('500');
  await violations(page, 'a card that is looked into');
  await page.keyboard.press('ArrowDown');
  await expect(peek).toContainText('Buoy');
  await page.keyboard.press('Escape');
  await expect(peek).toHaveCount(0);
  await expect(card(page, 'Buoy')).toBeFocused();
  await page.keyboard.down('Space');
  await page.keyboard.down('Space');
  await expect(peek).toContainText('Buoy');
  await page.keyboard.up('Space');
  await expect(peek).toHaveCount(0);
});

test('what others put in above the pointer moves nothing under it', async ({ page, visit }) => {
  await board(page, 'Still', Array.from({ length: 14 }, (_, number) => `Deal ${number}`));
  const guest = await visit();
  await join(page, guest, 'Bo Chen');
  await go(page, '/board');
  const list = column(page, 'First contact').locator('.list');
  await list.evaluate((element) => element.scrollTo(0, 300));
  const under = card(page, 'Deal 5');
  const before = (await under.boundingBox())!;
  await page.mouse.move(before.x + 40, before.y + 40);
  await quickAdd(guest, 'First contact', 'From above');
  await synced(guest);
  await expect(column(page, 'First contact').locator('.ttl .n')).toHaveText('15');
  await expect.poll(async () => (await under.boundingBox())!.y).toBe(before.y);
  expect(await list.evaluate((element) => element.scrollTop)).toBeGreaterThan(390);
});

test('a deleted deal comes back with the contacts that the board does not hold', async ({ page, baseURL }) => {
  await foundWorkspace(page, 'Back');
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const [deal] = await createDeals(baseURL!, cookie, ['Crane']);
  const contact = { id: randomUUID(), name: 'Wang Li', created_at: new Date().toISOString() };
  const named = { target: { kind: 'deal', id: deal.id }, fields: { contacts: { after: [contact.id] } } };
  await command(baseURL!, cookie, [
    { id: randomUUID(), command: { create: { record: { contact } } } },
    { id: randomUUID(), command: { edit: named } },
  ]);
  await go(page, '/board');
  await card(page, 'Crane').focus();
  await page.keyboard.press('m');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(card(page, 'Crane')).toHaveCount(0);
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(card(page, 'Crane', 'First contact')).toBeVisible();
  await card(page, 'Crane').click();
  await expect(page.locator('.contacts').first()).toContainText('Wang Li');
});

test('whoever types while a card is lifted types, and chosen cards are those that are seen', async ({ page }) => {
  await board(page, 'Typing', ['A b', 'Other']);
  const field = page.getByRole('searchbox');
  await card(page, 'Other').focus();
  await page.keyboard.press('Space');
  await field.click();
  await page.keyboard.type('a b');
  await expect(field).toHaveValue('a b');
  // And lets go of the card, where it was.
  await expect(page.locator('.card.up')).toHaveCount(0);
  await field.fill('');
  await card(page, 'Other').focus();
  await page.keyboard.press('x');
  const bar = page.getByRole('region', { name: 'Selected deals' });
  await expect(bar).toContainText('1 selected');
  await field.fill('A b');
  await expect(card(page, 'Other')).toHaveCount(0);
  await expect(bar).toHaveCount(0);
});

test.describe('by touch', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test('a long press that goes nowhere opens the menu, and a tap chooses once one is chosen', async ({ page }) => {
    await foundWorkspace(page, 'Touch');
    await page.locator('.psum').getByRole('button', { name: 'Name of the deal' }).click();
    for (const name of ['One', 'Two']) {
      await page.locator('.quick-add input').fill(name);
      await page.keyboard.press('Enter');
    }
    await page.locator('.quick-add input').press('Escape');
    await synced(page);
    const touch = await page.context().newCDPSession(page);
    const at = (await card(page, 'One').boundingBox())!;
    const point = { x: at.x + 60, y: at.y + 40 };
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] });
    await expect(page.locator('.card.lifted')).toBeVisible();
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    const menu = page.getByRole('dialog', { name: 'One' });
    await expect(menu).toBeVisible();
    await menu.getByRole('button', { name: 'Select' }).tap();
    await card(page, 'Two').tap();
    await expect(page.getByRole('region', { name: 'Selected deals' })).toContainText('2 selected');
    await violations(page, 'chosen cards on a phone');
  });
});
