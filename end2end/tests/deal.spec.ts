import type { Page } from '@playwright/test';
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
} from '../support/app';

/** A workspace with one deal, on the deal's page. */
async function oneDeal(page: Page, title: string): Promise<{ email: string; address: string }> {
  const { email } = await foundWorkspace(page, `${title} & Co`);
  await quickAdd(page, 'First contact', `${title} $1000`);
  await closeQuickAdd(page);
  await synced(page);
  await openDeal(page, title);
  return { email, address: new URL(page.url()).pathname };
}

/** The history's lines, newest first. */
const history = (page: Page) => page.locator('table.hist tr');

/** The activities that are done: each carries its kind. */
const done = (page: Page) => page.locator('.tline li').filter({ has: page.locator('span.tag') });

test('fields are edited in place and recorded', async ({ page }) => {
  const { address } = await oneDeal(page, 'Pontoon');
  const amount = await edit(page, 'amount');
  await expect(amount).toHaveValue('1000');
  await amount.fill('2,500.50');
  await amount.press('Enter');
  await expect(field(page, 'amount')).toContainText('2,500.50');
  await expect(page.locator('.dhead .big')).toContainText('2,500.50');

  const date = await edit(page, 'close_on');
  await expect(date).toHaveAttribute('type', 'date');
  await date.fill('2031-05-17');
  await date.press('Enter');
  await expect(field(page, 'close_on').locator('.val')).toContainText('2031');

  const tags = await edit(page, 'tags');
  await tags.fill('urgent, north');
  await tags.press('Enter');
  await expect(field(page, 'tags').locator('.val')).toHaveText('urgent, north');

  const owner = await edit(page, 'owner');
  await expect(owner.locator('option:checked')).toHaveText('Ada Lin');
  await owner.press('Escape');
  await expect(field(page, 'owner').locator('.val')).toHaveText('Ada Lin');

  await synced(page);
  await go(page, address);
  await expect(field(page, 'amount')).toContainText('2,500.50');
  await expect(field(page, 'tags').locator('.val')).toHaveText('urgent, north');
});

test('the owner is chosen among the members', async ({ page, visit }) => {
  const { address } = await oneDeal(page, 'Buoy');
  await go(page, '/settings/members');
  await page.getByRole('button', { name: 'New invitation link' }).click();
  await page.getByRole('button', { name: 'Create link' }).click();
  const link = await page.locator('#invite-link').inputValue();
  const colleague = await visit();
  await colleague.goto(link);
  await ready(colleague);
  await colleague.locator('#name').fill('Bo Chen');
  await colleague.locator('#email').fill(`bo-${Date.now()}@example.test`);
  await colleague.locator('#password').fill('another horse battery');
  await colleague.getByRole('button', { name: 'Join' }).click();
  await expect(card(colleague, 'Buoy')).toBeVisible();

  await go(page, address);
  const owner = await edit(page, 'owner');
  await owner.selectOption({ label: 'Bo Chen' });
  await expect(field(page, 'owner').locator('.val')).toHaveText('Bo Chen');
  await synced(page);
  await expect(history(page).filter({ hasText: 'Owner' })).toContainText('Ada Lin → Bo Chen');
});

test('Escape leaves a field as it was', async ({ page }) => {
  await oneDeal(page, 'Oar');
  const amount = await edit(page, 'amount');
  await amount.fill('77');
  await amount.press('Escape');
  await expect(field(page, 'amount')).toContainText('1,000');
  await expect(history(page)).toHaveCount(1);
});

test('a wrong amount is refused at the field, and what was typed is kept', async ({ page }) => {
  await oneDeal(page, 'Sail');
  const amount = await edit(page, 'amount');
  await amount.fill('many');
  await amount.press('Enter');
  await expect(field(page, 'amount').getByRole('alert')).toContainText('Amount: ');
  await expect(field(page, 'amount').locator('button.val')).toContainText('1,000');
  const again = await edit(page, 'amount');
  await expect(again).toHaveValue('many');
  await again.fill('1200');
  await again.press('Enter');
  await expect(field(page, 'amount').getByRole('alert')).toHaveCount(0);
  await expect(field(page, 'amount').locator('button.val')).toContainText('1,200');
});

test('a call is logged, a visit is planned and completed', async ({ page }) => {
  const { address } = await oneDeal(page, 'Rudder');
  await page.getByRole('button', { name: 'Longer form' }).click();
  const log = page.locator('form.log');
  await log.getByRole('button', { name: 'Call', exact: true }).click();
  await log.locator('textarea').fill('They want two\nand a spare');
  await log.getByRole('button', { name: 'Log', exact: true }).click();
  await expect(page.locator('.tline li').first()).toContainText('They want two');
  await expect(page.locator('.tline li').first()).toContainText('and a spare');
  await expect(page.locator('.tline li').first()).toContainText('Call');
  await expect(log.locator('textarea')).toHaveValue('');

  await log.getByRole('button', { name: 'Visit', exact: true }).click();
  await log.locator('textarea').fill('Measure the stern');
  await log.getByLabel('Plan').check();
  await log.locator('input[type=date]').fill('2031-06-02');
  await log.locator('input[type=time]').fill('14:30');
  await log.locator('button[type=submit]').click();
  const next = page.locator('.plan-next');
  await expect(next).toContainText('Measure the stern');
  await expect(next).toContainText('14:30');
  await expect(done(page)).toHaveCount(1);
  await synced(page);

  await go(page, '/board');
  await expect(card(page, 'Rudder').locator('.next')).toContainText('Visit');
  await go(page, address);
  await next.getByRole('button', { name: 'Complete' }).click();
  await expect(next).toHaveCount(0);
  await expect(done(page)).toHaveCount(2);
  // What comes next is asked at once, and may be left open.
  const ask = page.getByRole('group', { name: 'What is next?' });
  await expect(ask.locator('input')).toBeFocused();
  await ask.getByRole('button', { name: 'Nothing for now' }).click();
  await expect(ask).toHaveCount(0);
  await expect(page.locator('.dhead').getByRole('button', { name: 'No next step' })).toBeVisible();
  await expect(page.locator('.tline')).toContainText('Measure the stern');
});

test('moving by the steps is recorded and taken back', async ({ page }) => {
  await oneDeal(page, 'Mast');
  await page.locator('.steps').getByRole('button', { name: /Quotation/ }).click();
  await expect(page.locator('.steps [aria-current=step]')).toContainText('Quotation');
  await synced(page);
  await expect(history(page).first()).toContainText('First contact → Quotation');
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('.steps [aria-current=step]')).toContainText('First contact');
});

test.describe('two browsers on one deal', () => {
  test.use({ except: AWAY });

  test('both changed the amount: both values are shown, and one’s own can be kept', async ({ page, visit }) => {
    const { email, address } = await oneDeal(page, 'Keel');
    const second = await visit();
    // It does not hear of others' changes, so that it edits what has changed meanwhile.
    await second.context().route(/\/api\/v1\/(live|changes)/, (route) => route.abort());
    await signIn(second, email);
    await expect(card(second, 'Keel')).toBeVisible();
    await go(second, address);
    await expect(field(second, 'amount')).toContainText('1,000');

    const theirs = await edit(page, 'amount');
    await theirs.fill('1500');
    await theirs.press('Enter');
    await synced(page);

    const mine = await edit(second, 'amount');
    await mine.fill('1800');
    await mine.press('Enter');
    const conflict = field(second, 'amount').locator('.conflict');
    await expect(conflict).toContainText('$1,500');
    await expect(conflict).toContainText('$1,800');
    await conflict.getByRole('button', { name: /^Keep.*1,800/ }).click();
    await expect(conflict).toHaveCount(0);
    await expect(field(second, 'amount').locator('button.val')).toContainText('1,800');
    await expect(field(page, 'amount').locator('button.val')).toContainText('1,800');
  });
});

test('a deleted deal comes back by undo', async ({ page }) => {
  await oneDeal(page, 'Dinghy');
  await page.locator('.dhead').getByRole('button', { name: 'Delete' }).click();
  await expect(page.locator('.board')).toBeVisible();
  await expect(card(page, 'Dinghy')).toHaveCount(0);
  await synced(page);
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
  await expect(card(page, 'Dinghy', 'First contact')).toBeVisible();
  await synced(page);
  await page.reload();
  await expect(card(page, 'Dinghy', 'First contact')).toContainText('1,000');
});

test('one line logs, and plans what lies ahead', async ({ page }) => {
  await oneDeal(page, 'Tiller');
  await page.keyboard.press('l');
  const line = page.locator('#quick-line');
  await expect(line).toBeFocused();
  await line.fill('call they want two');
  await expect(page.locator('.will')).toContainText('Log: Call');
  await line.press('Enter');
  await expect(line).toHaveValue('');
  await expect(done(page)).toHaveCount(1);
  await expect(done(page).first()).toContainText('they want two');

  await line.fill('visit the yard tomorrow 3pm');
  await expect(page.locator('.will')).toContainText('Plan: Visit');
  await expect(page.locator('.will')).toContainText('15:00');
  await line.press('Enter');
  await expect(page.locator('.plan-next')).toContainText('15:00');
  await expect(page.locator('.plan-next')).toContainText('visit the yard');

  // What was begun goes on in the longer form.
  await line.fill('half a thought');
  await line.press('Shift+Enter');
  await expect(page.locator('form.log textarea')).toHaveValue('half a thought');
});

test('the next step is planned where the last was ticked', async ({ page }) => {
  await oneDeal(page, 'Winch');
  await page.locator('.dhead').getByRole('button', { name: 'No next step' }).click();
  const ask = page.getByRole('group', { name: 'What is next?' });
  await ask.locator('input').fill('send the offer');
  await ask.locator('input').press('Enter');
  await expect(ask).toHaveCount(0);
  await expect(page.locator('.plan-next')).toContainText('send the offer');
  await page.locator('.plan-next').getByRole('button', { name: 'Complete' }).click();
  await expect(ask).toBeVisible();
  await ask.locator('input').press('Escape');
  await expect(ask).toHaveCount(0);
});

test('files come and go, and come back', async ({ page }) => {
  const { address } = await oneDeal(page, 'Locker');
  await page.getByRole('button', { name: /^Files/ }).click();
  const files = page.locator('.files');
  await files.locator('input[type=file]').setInputFiles([
    { name: '报价 v2.txt', mimeType: 'text/plain', buffer: Buffer.from('two and a spare') },
    { name: 'plan.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(300_000, 7) },
  ]);
  const line = files.locator('li');
  await expect(line).toHaveCount(2);
  await expect(page.locator('.sent li')).toHaveCount(0);
  await synced(page);
  await go(page, address);
  await page.getByRole('button', { name: /^Files/ }).click();
  await expect(line).toHaveCount(2);
  const one = line.filter({ hasText: '报价 v2.txt' });
  const href = await one.getByRole('link', { name: /^Download/ }).getAttribute('href');
  const answer = await page.request.get(href!);
  expect(await answer.text()).toBe('two and a spare');

  await one.getByRole('button', { name: /^Rename/ }).click();
  await files.getByLabel('File name').fill('offer.txt');
  await files.getByLabel('File name').press('Enter');
  await expect(line.filter({ hasText: 'offer.txt' })).toHaveCount(1);
  await line.filter({ hasText: 'plan.bin' }).getByRole('button', { name: /^Delete/ }).click();
  await expect(line).toHaveCount(1);
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
  await expect(line).toHaveCount(2);
  await synced(page);
});

test.describe('without the network', () => {
  test.use({ except: AWAY });

  test('a file waits in the list for another try', async ({ page }) => {
    await oneDeal(page, 'Anchor');
    await page.getByRole('button', { name: /^Files/ }).click();
    await page.route('**/api/v1/files/**', (route) => route.abort());
    await page.locator('.files input[type=file]').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') });
    const sent = page.locator('.sent li');
    await expect(sent).toContainText('Files need the network');
    await page.unroute('**/api/v1/files/**');
    await sent.getByRole('button', { name: 'Try again' }).click();
    await expect(sent).toHaveCount(0);
    await expect(page.locator('.files')).toContainText('a.txt');
  });
});
