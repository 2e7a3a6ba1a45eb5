import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { card, expect, foundWorkspace, go, ready, synced, test } from '../support/app';

/** Makes records by the server's interface, as one command. */
async function make(page: Page, records: object[]): Promise<void> {
  const parts = records.map((record) => ({ create: { record } }));
  const answer = await page.evaluate(async (body) => {
    const answer = await fetch('/api/v1/commands', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return answer.json();
  }, JSON.stringify([{ id: randomUUID(), command: { batch: { parts } } }]));
  expect(answer).toMatchObject([{ applied: {} }]);
}

const account = (name: string, more: object = {}) => ({ id: randomUUID(), name, created_at: new Date().toISOString(), ...more });

/** Two accounts that are one, the second with a person and a deal. */
async function twins(page: Page): Promise<{ kept: string; gone: string; person: string; deal: string }> {
  await foundWorkspace(page, 'Twins');
  const snapshot = await (await page.request.get('/api/v1/page?address=%2Fboard')).json();
  const kept = account('Acme', { phone: '021 4444 0101' });
  const gone = account('ACME Ltd.', { phone: '021 5555 0101', industry: 'Shipping', website: 'acme.example', address: '1 High St' });
  const person = { ...account('Wang Li', { email: 'wang.li@example.cn' }), account: gone.id };
  const now = new Date().toISOString();
  const pipeline = snapshot.page.board.pipeline;
  const [stage] = snapshot.view.stages.filter((one: { pipeline: string }) => one.pipeline === pipeline)
    .sort((a: { position: number }, b: { position: number }) => a.position - b.position);
  const deal = {
    id: randomUUID(), title: 'Crane', pipeline, stage: stage.id, key: 'V', owner: snapshot.me, account: gone.id, contacts: [person.id],
    amount: { minor: 100_000, currency: 'USD' }, created_at: now, entered_at: now,
  };
  await make(page, [{ account: kept }, { account: gone }, { contact: person }, { deal }]);
  return { kept: kept.id, gone: gone.id, person: person.id, deal: deal.id };
}

const row = (page: Page, name: string) => page.locator('tbody tr').filter({ has: page.getByRole('link', { name, exact: true }) });

test('two accounts are merged from the list, and one undo brings all back', async ({ page, visit }) => {
  const { kept } = await twins(page);
  await go(page, '/accounts');
  await row(page, 'Acme').getByRole('checkbox').check();
  await row(page, 'ACME Ltd.').getByRole('link', { name: 'ACME Ltd.' }).focus();
  await page.keyboard.press('x');
  await expect(page.locator('.toolbar')).toContainText('Selected: 2');
  await page.locator('.toolbar').getByRole('button', { name: 'Merge…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Merge accounts' });
  // The one with more behind it is proposed; here the other stays.
  await expect(dialog.getByRole('radio', { name: /^ACME Ltd\. .*Deals 1/ })).toBeChecked();
  await dialog.getByRole('radio', { name: /^Acme .*Deals 0/ }).check();
  await dialog.getByRole('group', { name: 'Phone' }).getByRole('radio', { name: '021 5555 0101' }).check();
  await expect(dialog).toContainText('deals 1, contacts 1, activities 0. Deleted: 1.');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((one) => one.id)).toEqual([]);

  const second = await visit();
  await second.context().addCookies(await page.context().cookies());
  await go(second, `/accounts/${kept}`);
  await expect(second.locator('.c2')).toContainText('No deals with this account');

  await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.locator('.toast')).toContainText('Merged into “Acme”');
  await expect(row(page, 'ACME Ltd.')).toHaveCount(0);
  // Elsewhere it is seen as it happens, with what came to the account.
  await expect(second.locator('.c2').getByRole('link', { name: 'Crane' })).toBeVisible();
  await expect(second.locator('.contacts')).toContainText('Wang Li');
  await expect(second.locator('[data-field=phone]')).toContainText('021 5555 0101');
  await expect(second.locator('[data-field=industry]')).toContainText('Shipping');

  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('.toast')).toContainText('Undone');
  await synced(page);
  await expect(second.locator('[data-field=phone]')).toContainText('021 4444 0101');
  await expect(second.locator('.c2').getByRole('link', { name: 'Crane' })).toHaveCount(0);
  await row(page, 'ACME Ltd.').getByRole('link', { name: 'ACME Ltd.' }).click();
  await expect(page.locator('.c2').getByRole('link', { name: 'Crane' })).toBeVisible();
});

test('the server proposes what looks like one', async ({ page }) => {
  await twins(page);
  await go(page, '/accounts');
  await page.getByRole('button', { name: '1 group may be duplicates' }).click();
  const groups = page.getByRole('dialog');
  await expect(groups).toContainText('Acme');
  await expect(groups).toContainText('ACME Ltd.');
  await groups.getByRole('button', { name: 'Merge…' }).click();
  await page.getByRole('dialog', { name: 'Merge accounts' }).getByRole('button', { name: 'Merge', exact: true }).click();
  await expect(page.locator('.toast')).toContainText('Merged into');
  await expect(page.getByRole('button', { name: /may be duplicates/ })).toHaveCount(0);
});

test('an account is merged with another that is looked up', async ({ page }) => {
  const { kept } = await twins(page);
  await go(page, `/accounts/${kept}`);
  await page.getByRole('button', { name: 'Merge…' }).click();
  await page.getByRole('combobox', { name: 'Find the other account' }).fill('ltd');
  await page.getByRole('option', { name: /ACME Ltd\./ }).click();
  await page.getByRole('dialog', { name: 'Merge accounts' }).getByRole('button', { name: 'Merge', exact: true }).click();
  // The other one had more behind it, and stays.
  await expect(page.locator('.dhead h1')).toHaveText('ACME Ltd.');
  await expect(page.locator('.c2').getByRole('link', { name: 'Crane' })).toBeVisible();
});

test('contacts have a list and pages of their own', async ({ page }) => {
  const { person } = await twins(page);
  await go(page, '/accounts');
  await page.getByRole('navigation', { name: 'Accounts or contacts' }).getByRole('link', { name: 'Contacts' }).click();
  await expect(page).toHaveURL(/\/contacts$/);
  await ready(page);
  await expect(row(page, 'Wang Li').getByRole('link', { name: 'wang.li@example.cn' })).toHaveAttribute('href', 'mailto:wang.li@example.cn');
  await page.getByRole('searchbox', { name: 'Search name, e-mail, phone, account' }).fill('nobody');
  await expect(page.locator('main')).toContainText('Nobody is found by “nobody”');
  await page.getByRole('searchbox', { name: 'Search name, e-mail, phone, account' }).fill('ACME');
  await expect(page).toHaveURL(/q=ACME/);
  await row(page, 'Wang Li').getByRole('link', { name: 'Wang Li', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/contacts/${person}$`));
  await expect(page.locator('.c2').getByRole('link', { name: 'Crane' })).toBeVisible();
  await page.locator('[data-field=title] button.val').click();
  await page.locator('[data-field=title] input').fill('Purchaser');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-field=title]')).toContainText('Purchaser');
  await expect(page.locator('table.hist tr').first()).toContainText('Purchaser');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((one) => one.id)).toEqual([]);
});

test('an account shows its deals by outcome, what happened, and ways to reach it', async ({ page }) => {
  const { gone } = await twins(page);
  await go(page, `/accounts/${gone}`);
  await expect(page.locator('tr.group')).toContainText(['Open deals 1']);
  const acts = page.locator('.dhead .acts');
  await expect(acts.getByRole('link', { name: 'Call ACME Ltd.' })).toHaveAttribute('href', 'tel:02155550101');
  await expect(acts.getByRole('link', { name: /website/ })).toHaveAttribute('href', 'https://acme.example');
  await expect(acts.getByRole('link', { name: /on the map/ })).toHaveAttribute('href', /openstreetmap\.org\/search\?query=1\+High\+St$/);
  await page.locator('#log-text').fill('Visited the yard');
  await page.locator('form.log').getByRole('button', { name: 'Log', exact: true }).click();
  await expect(page.locator('.tline')).toContainText('Visited the yard');
  await synced(page);
  await go(page, '/board');
  await expect(card(page, 'Crane')).toBeVisible();
  await go(page, `/accounts/${gone}`);
  await expect(page.locator('.tline')).toContainText('Visited the yard');
});
