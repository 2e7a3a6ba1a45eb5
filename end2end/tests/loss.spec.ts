import {
  AWAY,
  card,
  closeQuickAdd,
  edit,
  expect,
  field,
  foundWorkspace,
  go,
  openDeal,
  quickAdd,
  ready,
  signIn,
  synced,
  test,
  type Page,
} from '../support/app';

// Nothing that a person typed is lost without their word.
test.use({ except: AWAY });

/** A workspace with one deal, whose page stands in two browsers. */
async function two(page: Page, visit: () => Promise<Page>, name: string): Promise<Page> {
  const { email } = await foundWorkspace(page, name);
  await quickAdd(page, 'First contact', 'Hull');
  await closeQuickAdd(page);
  await synced(page);
  const second = await visit();
  await signIn(second, email);
  await ready(second);
  for (const one of [page, second]) await openDeal(one, 'Hull');
  return second;
}

test('what waits outlives its tab', async ({ page }) => {
  await foundWorkspace(page, 'Closed');
  await page.context().route('**/api/v1/commands', (route) => route.abort());
  await quickAdd(page, 'First contact', 'Typed offline');
  await expect(page.locator('.sync')).toContainText('1 waiting');
  const context = page.context();
  const next = await context.newPage();
  await page.close();
  await context.unroute('**/api/v1/commands');
  await go(next, '/board');
  await expect(card(next, 'Typed offline')).toBeVisible();
  await synced(next);
  await next.reload();
  await expect(card(next, 'Typed offline')).toBeVisible();
});

test('a note for a deal that was deleted meanwhile is kept, and can be sent when the deal is back', async ({ page, visit }) => {
  const second = await two(page, visit, 'Refused');
  await page.context().route('**/api/v1/commands', (route) => route.abort());
  await page.locator('#quick-line').fill('They want two more cranes');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.sync')).toContainText('1 waiting');
  await second.locator('.dhead').getByRole('button', { name: 'Delete' }).click();
  await synced(second);
  await page.context().unroute('**/api/v1/commands');
  await expect(page.locator('.sync')).toHaveText('Not saved: 1', { timeout: 20_000 });

  await go(page, '/board');
  await page.locator('.sync').click();
  await expect(page.locator('.sync-list')).toContainText('They want two more cranes');
  await second.keyboard.press('Control+z');
  await synced(second);
  await go(page, '/board');
  await expect(card(page, 'Hull')).toBeVisible();
  await page.locator('.sync').click();
  await page.locator('.sync-list').getByRole('button', { name: 'Try again' }).click();
  await synced(page);
  await openDeal(second, 'Hull');
  await expect(second.locator('.tline')).toContainText('They want two more cranes');
});

test('a conflict waits for the choice, also after the page is loaded anew', async ({ page, visit }) => {
  const second = await two(page, visit, 'Both values');
  await page.context().route('**/api/v1/commands', (route) => route.abort());
  await (await edit(page, 'amount')).fill('777');
  await page.keyboard.press('Enter');
  await (await edit(second, 'amount')).fill('888');
  await second.keyboard.press('Enter');
  await synced(second);
  await page.context().unroute('**/api/v1/commands');
  await expect(page.locator('.sync')).toHaveText('Not saved: 1', { timeout: 20_000 });
  await page.reload();
  await ready(page);
  await expect(field(page, 'amount').locator('.conflict')).toContainText('777');
  await page.locator('.sync').click();
  await page.locator('.sync-list').getByRole('button', { name: /777/ }).click();
  await expect(field(second, 'amount').locator('.val')).toContainText('777');
  await synced(page);
});

test('what is typed into a plan stays while a colleague logs something', async ({ page, visit }) => {
  const second = await two(page, visit, 'Plans');
  await page.locator('#quick-line').fill('Visit the yard tomorrow');
  await page.locator('#quick-line').press('Enter');
  await page.getByRole('button', { name: 'Edit “Visit the yard”' }).click();
  const input = page.locator('.panel .log input').first();
  await input.fill('Visit the yard with the surveyor');
  await second.locator('#quick-line').fill('A call');
  await second.keyboard.press('Control+Enter');
  await expect(page.locator('.tline')).toContainText('A call');
  await expect(input).toHaveValue('Visit the yard with the surveyor');
  await page.keyboard.press('Enter');
  await expect(second.locator('.plan-next')).toContainText('with the surveyor');
});

test('undoing a creation does not take a colleague’s work along', async ({ page, visit }) => {
  const { email } = await foundWorkspace(page, 'Together');
  await quickAdd(page, 'First contact', 'Keel');
  await closeQuickAdd(page);
  await synced(page);
  const second = await visit();
  await signIn(second, email);
  await ready(second);
  await openDeal(second, 'Keel');
  await (await edit(second, 'source')).fill('Fair');
  await second.keyboard.press('Enter');
  await synced(second);
  await page.keyboard.press('Control+z');
  await expect(page.locator('.toast')).toContainText('cannot be undone');
  await expect(card(page, 'Keel')).toBeVisible();
});

test('what was begun in the log stays with the deal', async ({ page }) => {
  await foundWorkspace(page, 'Draft');
  await quickAdd(page, 'First contact', 'Mast');
  await closeQuickAdd(page);
  await synced(page);
  await openDeal(page, 'Mast');
  await page.locator('#quick-line').fill('Half a thought');
  await page.locator('.rail a[href="/board"]').first().click();
  await expect(page.locator('.board')).toBeVisible();
  await openDeal(page, 'Mast');
  await expect(page.locator('#quick-line')).toHaveValue('Half a thought');
});
