import type { Page } from '@playwright/test';
import {
  card,
  closeQuickAdd,
  column,
  dragCard,
  enterDemo,
  expect,
  foundWorkspace,
  go,
  holdCard,
  join,
  quickAdd,
  ready,
  signIn,
  synced,
  test,
} from '../support/app';

/** The cards' names from the top of the column. */
async function order(page: Page, name: string): Promise<string[]> {
  const cards = column(page, name).locator('li.card');
  const placed = await cards.evaluateAll((items) =>
    items.map((item) => ({
      top: new DOMMatrix(getComputedStyle(item).transform).f,
      title: item.querySelector('.name span:last-child')?.textContent ?? '',
    })),
  );
  return placed.sort((a, b) => a.top - b.top).map((item) => item.title);
}

test('quick add puts the card at the top, and the totals follow', async ({ page }) => {
  await foundWorkspace(page, 'Totals');
  const first = column(page, 'First contact');
  await quickAdd(page, 'First contact', 'Older $1000');
  await quickAdd(page, 'First contact', 'Newer $3000 #hot');
  await expect.poll(() => order(page, 'First contact')).toEqual(['Newer', 'Older']);
  await expect(first.locator('.ttl .n')).toHaveText('2');
  await expect(first.locator('.sum .money')).toHaveText('$4.00K');
  await expect(first.locator('.sum .w')).toHaveText('wtd $400');
  await closeQuickAdd(page);
  await synced(page);

  await dragCard(page, 'Newer', 'Quotation');
  await expect(first.locator('.sum .money')).toHaveText('$1.00K');
  await expect(column(page, 'Quotation').locator('.sum .money')).toHaveText('$3.00K');
  await expect(column(page, 'Quotation').locator('.sum .w')).toHaveText('wtd $1.80K');
  await expect(page.locator('[data-total=deals]')).toHaveText('2');
  await expect(page.locator('[data-total=weighted]')).toContainText('$1.90K');

  // The server counts the same.
  await synced(page);
  await page.reload();
  await expect(first.locator('.sum .w')).toHaveText('wtd $100');
  await expect(column(page, 'Quotation').locator('.sum .w')).toHaveText('wtd $1.80K');
  await expect(page.locator('[data-total=sum]')).toHaveText('$4.00K');
});

test('what is typed wrongly is refused in the field and stays', async ({ page }) => {
  await foundWorkspace(page, 'Refused');
  await column(page, 'First contact').getByRole('button', { name: 'New deal in First contact' }).click();
  const input = page.locator('.quick-add input');
  await input.fill('#tag-without-a-name');
  await input.press('Enter');
  await expect(page.locator('.quick-add [role=alert]')).toContainText('Name: Required');
  await expect(input).toHaveValue('#tag-without-a-name');
});

test('a drag is seen by a colleague within a second, and by nobody elsewhere', async ({ page, visit }) => {
  await foundWorkspace(page, 'Shipyard');
  await quickAdd(page, 'First contact', 'Crane 7');
  await closeQuickAdd(page);
  await synced(page);
  const colleague = await visit();
  await join(page, colleague, 'Bo Chen');
  await expect(card(colleague, 'Crane 7', 'First contact')).toBeVisible();
  await ready(colleague);

  const stranger = await visit();
  await foundWorkspace(stranger, 'Another yard');
  await expect(card(stranger, 'Crane 7')).toHaveCount(0);

  await go(page, '/board');
  await dragCard(page, 'Crane 7', 'Demonstration');
  await expect(card(colleague, 'Crane 7', 'Demonstration')).toBeVisible({ timeout: 1000 });
  await expect(card(colleague, 'Crane 7', 'First contact')).toHaveCount(0);
  await expect(card(page, 'Crane 7', 'Demonstration')).toBeVisible();

  // A later change of the stranger's own shows that the stranger's page is current, and still without the card.
  await quickAdd(stranger, 'Demonstration', 'Their own');
  await synced(stranger);
  await expect(card(stranger, 'Their own')).toBeVisible();
  await expect(card(stranger, 'Crane 7')).toHaveCount(0);
  const deal = await card(page, 'Crane 7').getAttribute('data-deal');
  const answer = await stranger.request.get(`/api/v1/page?address=${encodeURIComponent(`/deals/${deal}`)}`);
  expect(answer.status()).toBe(404);
});

test('the same person sees a drag in a second browser', async ({ page, visit }) => {
  const { email } = await foundWorkspace(page, 'Two screens');
  await quickAdd(page, 'First contact', 'Winch');
  await closeQuickAdd(page);
  await synced(page);
  const second = await visit();
  await signIn(second, email);
  await expect(card(second, 'Winch', 'First contact')).toBeVisible();
  await ready(second);
  await dragCard(page, 'Winch', 'Contract');
  await expect(card(second, 'Winch', 'Contract')).toBeVisible({ timeout: 1000 });
});

test('Escape puts a dragged card back', async ({ page }) => {
  await foundWorkspace(page, 'Escape');
  await quickAdd(page, 'First contact', 'Anchor');
  await closeQuickAdd(page);
  await holdCard(page, 'Anchor', 'Quotation');
  await expect(page.locator('.card.lifted')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('.card.lifted')).toHaveCount(0);
  await page.mouse.up();
  await expect(card(page, 'Anchor', 'First contact')).toBeVisible();
  await expect(card(page, 'Anchor', 'Quotation')).toHaveCount(0);
  await expect(page).toHaveURL(/\/(board.*)?$/);
  await synced(page);
  await page.reload();
  await expect(card(page, 'Anchor', 'First contact')).toBeVisible();
});

test('a move is taken back by the toast and by Ctrl-Z', async ({ page }) => {
  await foundWorkspace(page, 'Undo');
  await quickAdd(page, 'First contact', 'Rope');
  await closeQuickAdd(page);
  await synced(page);
  await dragCard(page, 'Rope', 'Contract');
  await expect(card(page, 'Rope', 'Contract')).toBeVisible();
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
  await expect(card(page, 'Rope', 'First contact')).toBeVisible();
  await synced(page);

  await dragCard(page, 'Rope', 'Needs agreed');
  await expect(card(page, 'Rope', 'Needs agreed')).toBeVisible();
  await synced(page);
  await page.keyboard.press('Control+z');
  await expect(card(page, 'Rope', 'First contact')).toBeVisible();
  await synced(page);
  await page.reload();
  await expect(card(page, 'Rope', 'First contact')).toBeVisible();
});

test('filters stand in the address and survive loading anew', async ({ page }) => {
  await foundWorkspace(page, 'Filters');
  await quickAdd(page, 'First contact', 'Red boat #red');
  await quickAdd(page, 'First contact', 'Blue boat #blue');
  await quickAdd(page, 'Quotation', 'Blue car #blue');
  await synced(page);
  const titles = () => page.locator('li.card .name span:last-child').allTextContents().then((list) => list.sort());

  await page.getByLabel('Tag', { exact: true }).selectOption('blue');
  await expect(page).toHaveURL(/[?&]tag=blue/);
  await expect.poll(titles).toEqual(['Blue boat', 'Blue car']);
  await page.getByLabel('Text', { exact: true }).fill('boat');
  await expect(page).toHaveURL(/[?&]q=boat/);
  await expect.poll(titles).toEqual(['Blue boat']);
  await page.getByRole('group', { name: 'Filter by owner' }).getByRole('button', { name: 'Ada Lin' }).click();
  await expect(page).toHaveURL(/[?&]owner=/);
  await expect.poll(titles).toEqual(['Blue boat']);

  await page.reload();
  await ready(page);
  await expect.poll(titles).toEqual(['Blue boat']);
  await expect(page.getByLabel('Tag', { exact: true })).toHaveValue('blue');
  await expect(page.getByLabel('Text', { exact: true })).toHaveValue('boat');
  await expect(page.getByRole('group', { name: 'Filter by owner' }).getByRole('button', { name: 'Ada Lin' })).toHaveAttribute('aria-pressed', 'true');

  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect.poll(titles).toEqual(['Blue boat', 'Blue car', 'Red boat']);
  expect(new URL(page.url()).search).toBe('');
});

test('only the cards in sight are in the document', async ({ page }) => {
  await enterDemo(page, 'manager');
  const counts = page.locator('section.col .ttl .n');
  const most = async () => {
    const texts = await counts.allTextContents();
    return Math.max(...texts.map((text) => Number.parseInt(text, 10)));
  };
  const many = await most();
  expect(many).toBeGreaterThan(30);
  const fullest = page.locator('section.col').filter({ has: page.locator('.ttl .n').getByText(String(many), { exact: true }) }).first();
  await expect.poll(() => fullest.locator('li.card').count()).toBeLessThan(many / 2);

  // At its end the last card is drawn, and still only few.
  const list = fullest.locator('.list');
  const first = await fullest.locator('li.card').first().getAttribute('data-deal');
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(fullest.locator(`li.card[data-deal="${first}"]`)).toHaveCount(0);
  await expect.poll(() => fullest.locator('li.card').count()).toBeGreaterThan(4);
  expect(await fullest.locator('li.card').count()).toBeLessThan(many / 2);
});

test('loading anew keeps every card’s place', async ({ page }) => {
  await foundWorkspace(page, 'Places');
  for (const title of ['D', 'C', 'B', 'A']) await quickAdd(page, 'First contact', title);
  await closeQuickAdd(page);
  await expect.poll(() => order(page, 'First contact')).toEqual(['A', 'B', 'C', 'D']);
  // A goes between C and D.
  const box = async (title: string) => (await card(page, title).boundingBox())!;
  const [from, above] = [await box('A'), await box('C')];
  await page.mouse.move(from.x + 40, from.y + 40);
  await page.mouse.down();
  await page.mouse.move(from.x + 50, from.y + 60, { steps: 3 });
  await page.mouse.move(above.x + 40, above.y + 50, { steps: 8 });
  await page.mouse.up();
  await expect.poll(() => order(page, 'First contact')).toEqual(['B', 'C', 'A', 'D']);
  await synced(page);
  await page.reload();
  await expect.poll(() => order(page, 'First contact')).toEqual(['B', 'C', 'A', 'D']);
  await ready(page);
  await expect.poll(() => order(page, 'First contact')).toEqual(['B', 'C', 'A', 'D']);
});
