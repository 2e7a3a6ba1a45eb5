import { AWAY, card, closeQuickAdd, dragCard, expect, foundWorkspace, quickAdd, ready, signIn, synced, test } from '../support/app';
import { Server } from '../support/server';

// A server of one's own, because it is killed. The address is asked for before any hook runs.
let server: Server | undefined;
async function own(): Promise<Server> {
  server ??= await Server.start();
  return server;
}
test.afterAll(async () => server?.remove());
test.use({
  baseURL: async ({}, use) => use((await own()).url),
  except: AWAY,
});

test('the server is killed under an open page, which catches up without loading anew', async ({ page, visit }) => {
  const { email } = await foundWorkspace(page, 'Storm');
  await quickAdd(page, 'First contact', 'Hull');
  await closeQuickAdd(page);
  await synced(page);
  await page.evaluate(() => { (window as unknown as { same: boolean }).same = true; });

  await (await own()).kill();
  await (await own()).restart();
  const second = await visit();
  await signIn(second, email);
  await expect(card(second, 'Hull', 'First contact')).toBeVisible();
  await ready(second);
  await dragCard(second, 'Hull', 'Contract');
  await quickAdd(second, 'First contact', 'Made after the storm');
  await synced(second);

  await expect(card(page, 'Hull', 'Contract')).toBeVisible({ timeout: 20_000 });
  await expect(card(page, 'Made after the storm', 'First contact')).toHaveCount(1);
  await synced(page);
  expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same)).toBe(true);

  // And it hears again as it happens.
  await quickAdd(second, 'First contact', 'Afterwards');
  await expect(card(page, 'Afterwards')).toBeVisible({ timeout: 1000 });
});

test('the chip tells that the server is away, and that it is back', async ({ page }) => {
  await foundWorkspace(page, 'Fog');
  await synced(page);
  await (await own()).kill();
  await expect(page.locator('.sync')).toHaveText('Offline');
  await (await own()).restart();
  await expect(page.locator('.sync')).toHaveText('Synced', { timeout: 20_000 });
});

test('a move made while the server is away is sent when it is back', async ({ page, visit }) => {
  const { email } = await foundWorkspace(page, 'Calm');
  await quickAdd(page, 'First contact', 'Deck');
  await closeQuickAdd(page);
  await synced(page);

  await (await own()).kill();
  await dragCard(page, 'Deck', 'Quotation');
  await expect(card(page, 'Deck', 'Quotation')).toBeVisible();
  await expect(page.locator('.sync')).toHaveText('Offline · 1 waiting');
  await (await own()).restart();
  await expect(page.locator('.sync')).toHaveText('Synced', { timeout: 20_000 });
  await expect(card(page, 'Deck', 'Quotation')).toBeVisible();

  const second = await visit();
  await signIn(second, email);
  await expect(card(second, 'Deck', 'Quotation')).toBeVisible();
});

test('what waits is sent even when the page is loaded anew meanwhile', async ({ page }) => {
  await foundWorkspace(page, 'Ebb');
  await quickAdd(page, 'First contact', 'Galley');
  await closeQuickAdd(page);
  await synced(page);
  await page.context().route('**/api/v1/commands', (route) => route.abort());
  await dragCard(page, 'Galley', 'Contract');
  await expect(page.locator('.sync')).toContainText('1 waiting');
  await page.context().unroute('**/api/v1/commands');
  await page.reload();
  await ready(page);
  await expect(card(page, 'Galley', 'Contract')).toBeVisible();
  await synced(page);
});

test('one of a browser’s tabs listens for all, and another takes over', async ({ page }) => {
  await foundWorkspace(page, 'Tabs');
  await quickAdd(page, 'First contact', 'Buoy');
  await closeQuickAdd(page);
  await synced(page);
  const context = page.context();
  const streams: string[] = [];
  context.on('request', (request) => {
    if (request.url().includes('/api/v1/live')) streams.push(request.url());
  });
  const tabs = [];
  for (let tab = 0; tab < 7; tab++) {
    tabs.push(await context.newPage());
    await tabs[tab].goto('/board');
    await ready(tabs[tab]);
  }
  await dragCard(page, 'Buoy', 'Contract');
  for (const tab of tabs) await expect(card(tab, 'Buoy', 'Contract')).toBeVisible({ timeout: 1000 });
  expect(streams, 'no tab but the first has a stream').toEqual([]);

  await page.close();
  await expect.poll(() => streams.length).toBe(1);
  await dragCard(tabs[6], 'Buoy', 'Quotation');
  for (const tab of tabs) await expect(card(tab, 'Buoy', 'Quotation')).toBeVisible();
});
