import { readFileSync } from 'node:fs';
import path from 'node:path';
import { card, column, closeQuickAdd, expect, foundWorkspace, go, quickAdd, ready, synced, test } from '../support/app';
import { createDeals } from '../support/deals.mjs';

const data = process.env.FAIRLEAD_DATA;

test('strings that look like scripts stay text', async ({ page }) => {
  test.skip(!data, 'FAIRLEAD_DATA is not set');
  test.setTimeout(180_000);
  const all: string[] = JSON.parse(readFileSync(path.join(data!, 'bad-inputs/blns_give.json'), 'utf8'));
  const strings = all.filter(
    (text) => /[<>]|javascript:|\bon\w+=|\{\{|\$\(|%[sdx]/i.test(text) && [...text].length <= 300 && text.trim() && !text.includes('\0'),
  );
  expect(strings.length).toBeGreaterThan(50);
  // Whatever runs is noticed: the page fails on dialogs, and these leave a mark.
  await page.addInitScript(() => {
    for (const name of ['alert', 'confirm', 'prompt'] as const) {
      (window as unknown as Record<string, unknown>)[name] = () => { (window as unknown as { ran: string }).ran = name; };
    }
  });
  const ran = () => page.evaluate(() => (window as unknown as { ran?: string }).ran ?? 'nothing');

  await foundWorkspace(page, '<script>alert("workspace")</script>');
  const made: { id: string; title: string }[] = await createDeals(page.url(), await cookie(page), strings);
  await go(page, '/board');
  await expect(column(page, 'First contact').locator('.ttl .n')).toHaveText(String(made.length));
  await expect(page.locator('.rail-head')).toContainText('<script>alert("workspace")</script>');

  // Every card, scrolled by.
  const list = column(page, 'First contact').locator('.list');
  const seen = new Map<string, string>();
  await expect.poll(async () => {
    const cards = await list.locator('li.card').evaluateAll((items) =>
      items.map((item) => [item.getAttribute('data-deal')!, item.querySelector('.name span:last-child')!.textContent!] as const));
    for (const [id, title] of cards) seen.set(id, title);
    await list.evaluate((element) => element.scrollBy(0, element.clientHeight / 2));
    return seen.size;
  }, { timeout: 60_000, intervals: [50] }).toBe(made.length);
  for (const { id, title } of made) expect.soft(seen.get(id)).toBe(title);
  expect(await ran()).toBe('nothing');

  // Some on their own pages.
  for (const { id, title } of made.filter((_, index) => index % 10 === 0)) {
    await go(page, `/deals/${id}`);
    expect(await page.locator('.dhead h1').textContent()).toBe(title);
    expect(await ran(), title).toBe('nothing');
  }

  // And one through the fields that people type into.
  await go(page, '/board');
  const typed = '<img src=x onerror=alert(1)>';
  await quickAdd(page, 'Quotation', typed);
  await closeQuickAdd(page);
  await synced(page);
  await expect(card(page, typed, 'Quotation')).toBeVisible();
  await card(page, typed, 'Quotation').click();
  await expect(page.locator('.dhead h1')).toHaveText(typed);
  await page.locator('#quick-line').fill('"><svg onload=alert(2)>');
  await page.locator('#quick-line').press('Enter');
  await expect(page.locator('.tline')).toContainText('"><svg onload=alert(2)>');
  await synced(page);
  await page.reload();
  await ready(page);
  await expect(page.locator('.tline')).toContainText('"><svg onload=alert(2)>');
  expect(await ran()).toBe('nothing');
});

async function cookie(page: import('../support/app').Page): Promise<string> {
  return (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
}
