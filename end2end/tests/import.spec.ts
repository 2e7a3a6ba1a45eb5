import type { Page } from '@playwright/test';
import path from 'node:path';
import { column, expect, foundWorkspace, go, ready, synced, test } from '../support/app';

const data = process.env.FAIRLEAD_DATA;
const maven = (name: string) => path.join(data!, 'crm-maven', name);

/** The number beside a word in the counts of a check or a run. */
const count = (page: Page, word: string) => page.locator('dl.counts div').filter({ has: page.getByText(word, { exact: true }) }).locator('dd');

/** Gives the page a file and waits for its columns. */
async function choose(page: Page, file: string): Promise<void> {
  await go(page, '/import');
  await page.locator('input[type=file]').setInputFiles(file);
  await expect(page.getByRole('button', { name: 'Check', exact: true })).toBeVisible();
}

/** The dry run of what is chosen. */
async function check(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await expect(page.getByText('Nothing has been written yet.')).toBeVisible({ timeout: 60_000 });
}

async function apply(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Import [\d,]+ rows$/ }).click();
  await expect(page.getByText('Import finished')).toBeVisible({ timeout: 120_000 });
}

test('a CRM’s export becomes a live board, and nothing changes when it comes again', async ({ page, visit }) => {
  test.skip(!data, 'FAIRLEAD_DATA is not set');
  test.setTimeout(300_000);
  await foundWorkspace(page, 'Maven');

  await choose(page, maven('accounts.csv'));
  await check(page);
  await expect(count(page, 'Created')).toHaveText('85');
  await expect(count(page, 'Refused')).toHaveText('0');
  await apply(page);
  await expect(count(page, 'Created')).toHaveText('85');

  const intoNew = async () => {
    await page.getByLabel('Into the pipeline').selectOption({ label: 'New pipeline “sales_pipeline”' });
    await page.getByLabel('Owners who are no members').selectOption({ label: 'Make members of them, without a sign-in' });
  };
  await choose(page, maven('sales_pipeline.csv'));
  // Another pipeline and back: what was guessed of the stages is as it was, and their order can be changed.
  await page.getByLabel('Into the pipeline').selectOption({ index: 0 });
  await intoNew();
  const cameFrom = page.getByLabel('Stage that won and lost deals came from').locator('option:checked');
  const order = page.getByRole('list', { name: 'Order of the open stages' }).getByRole('listitem');
  await expect(cameFrom).toHaveText('Engaging');
  await expect(order).toHaveText([/Prospecting/, /Engaging/]);
  await page.getByRole('button', { name: 'Move Engaging up' }).click();
  await expect(order).toHaveText([/Engaging/, /Prospecting/]);
  await expect(cameFrom).toHaveText('Prospecting');
  await page.getByRole('button', { name: 'Move Engaging down' }).click();
  await expect(cameFrom).toHaveText('Engaging');
  await check(page);
  await expect(count(page, 'Created')).toHaveText('5,280');
  await expect(count(page, 'Refused')).toHaveText('0');
  await apply(page);
  await expect(count(page, 'Created')).toHaveText('5,280');

  const counts = { Prospecting: 300, Engaging: 954, Won: 2532, Lost: 1494 };
  await go(page, '/board');
  await page.getByLabel('Switch pipeline').selectOption({ label: 'sales_pipeline' });
  for (const [stage, deals] of Object.entries(counts)) {
    await expect(column(page, stage).locator('.ttl .n')).toHaveText(String(deals));
  }
  // The sum of what was won is 6,064,445.
  await expect(column(page, 'Won').locator('.sum .money')).toHaveText('$6.06M');

  // A window, not five thousand cards; and a drag is seen elsewhere.
  expect(await page.locator('li.card').count()).toBeLessThan(150);
  const address = new URL(page.url()).pathname;
  await go(page, address);
  const second = await visit();
  await second.context().addCookies(await page.context().cookies());
  await second.goto(address);
  await ready(second);
  const top = column(page, 'Prospecting').locator('li.card').first();
  const from = (await top.boundingBox())!;
  const list = (await column(page, 'Engaging').locator('.list').boundingBox())!;
  await page.mouse.move(from.x + 40, from.y + 40);
  await page.mouse.down();
  await page.mouse.move(from.x + 55, from.y + 45, { steps: 3 });
  await page.mouse.move(list.x + 60, list.y + 60, { steps: 8 });
  await page.mouse.up();
  await expect(column(second, 'Prospecting').locator('.ttl .n')).toHaveText('299');
  await expect(column(second, 'Engaging').locator('.ttl .n')).toHaveText('955');
  await page.keyboard.press('Control+z');
  await expect(column(second, 'Prospecting').locator('.ttl .n')).toHaveText('300');
  await synced(page);

  // The same file again, into the pipeline that is there.
  await choose(page, maven('sales_pipeline.csv'));
  await page.getByLabel('Into the pipeline').selectOption({ label: 'sales_pipeline' });
  await check(page);
  await expect(count(page, 'Created')).toHaveText('0');
  await expect(count(page, 'Updated')).toHaveText('0');
  await expect(count(page, 'Unchanged')).toHaveText('5,280');
});

test('an import is taken back whole', async ({ page }) => {
  test.skip(!data, 'FAIRLEAD_DATA is not set');
  test.setTimeout(120_000);
  await foundWorkspace(page, 'Taken back');
  await choose(page, maven('accounts.csv'));
  await check(page);
  await apply(page);
  await page.getByRole('button', { name: 'Undo import' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo import' }).click();
  await expect(page.getByText(/Import undone, \d+ records/)).toBeVisible({ timeout: 60_000 });
  await go(page, '/accounts');
  await expect(page.locator('main table.table tbody tr')).toHaveCount(0);
});
