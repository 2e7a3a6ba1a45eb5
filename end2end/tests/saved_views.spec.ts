import type { Locator, Page } from '@playwright/test';
import { card, closeQuickAdd, expect, foundWorkspace, go, join, quickAdd, synced, test } from '../support/app';

const menu = (page: Page): Locator => page.getByRole('dialog', { name: 'Views', exact: true });

async function open(page: Page): Promise<Locator> {
  await page.locator('.views > button').click();
  await expect(menu(page).locator('.menu')).toBeVisible();
  return menu(page);
}

/** Saves what the page shows. */
async function save(page: Page, name: string, shared = false): Promise<void> {
  await (await open(page)).getByRole('button', { name: 'Save this view…' }).click();
  const form = page.getByRole('dialog', { name: 'Save view' });
  await expect(form.getByLabel('Name')).toBeFocused();
  await form.getByLabel('Name').fill(name);
  if (shared) await form.getByLabel('Everybody in the workspace sees it').check();
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toHaveCount(0);
  await expect(page.locator('.toast')).toContainText(`Saved the view “${name}”`);
  await synced(page);
}

/** Opens what can be done with a view, and does it. */
async function act(page: Page, name: string, action: string): Promise<void> {
  const views = await open(page);
  await views.getByRole('button', { name: `More for “${name}”` }).click();
  await views.getByRole('button', { name: action, exact: true }).click();
}

async function close(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await expect(menu(page)).toHaveCount(0);
}

test('a view is saved, found again, renamed, replaced, deleted and taken back', async ({ page }) => {
  await foundWorkspace(page, 'Views');
  await quickAdd(page, 'First contact', 'Hot one #hot');
  await quickAdd(page, 'First contact', 'Cold one');
  await closeQuickAdd(page);
  await synced(page);
  await expect(await open(page)).toContainText('No views yet');
  await close(page);
  await expect(page.locator('.views > button'), 'the focus is where it came from').toBeFocused();

  await page.getByRole('combobox', { name: 'Tag', exact: true }).selectOption('hot');
  await expect(page).toHaveURL(/tag=hot/);
  await save(page, 'Hot deals');
  await expect((await open(page)).getByRole('link', { name: 'Hot deals' })).toHaveAttribute('aria-current', 'page');
  await close(page);

  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(card(page, 'Cold one')).toBeVisible();
  const link = (await open(page)).getByRole('link', { name: 'Hot deals' });
  await expect(link).not.toHaveAttribute('aria-current', 'page');
  await link.click();
  await expect(page).toHaveURL(/tag=hot/);
  await expect(card(page, 'Cold one')).toHaveCount(0);
  await expect(menu(page)).toHaveCount(0);

  await act(page, 'Hot deals', 'Rename…');
  const form = page.getByRole('dialog', { name: 'Rename view' });
  await expect(form.getByLabel('Name')).toHaveValue('Hot deals');
  await form.getByLabel('Name').fill('');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByRole('alert')).toBeVisible();
  await form.getByLabel('Name').fill('Warm deals');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toHaveCount(0);

  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page).not.toHaveURL(/tag=hot/);
  await act(page, 'Warm deals', 'Replace with this page');
  await expect(menu(page).getByRole('link', { name: 'Warm deals' })).toHaveAttribute('aria-current', 'page');
  await close(page);

  await act(page, 'Warm deals', 'Delete');
  await expect(menu(page)).toContainText('No views yet');
  await page.locator('.toast').getByRole('button', { name: /Undo/ }).click();
  await expect((await open(page)).getByRole('link', { name: 'Warm deals' })).toBeVisible();
});

test('what is shared is everybody’s, and the rest is one’s own', async ({ page, visit }) => {
  await foundWorkspace(page, 'Sharing');
  const other = await visit();
  await join(page, other, 'Bo Chen');
  await go(page, '/board?q=keel');
  await save(page, 'Own');
  await save(page, 'Ours', true);

  const views = await open(other);
  await expect(views.getByRole('link', { name: 'Ours' })).toBeVisible();
  await expect(views.getByRole('link', { name: 'Own' })).toHaveCount(0);
  // A colleague may copy the link, and no more.
  await views.getByRole('button', { name: 'More for “Ours”' }).click();
  await expect(views.locator('.acts button')).toHaveText(['Copy link']);
  await views.getByRole('link', { name: 'Ours' }).click();
  await expect(other).toHaveURL(/q=keel/);

  await open(other);
  await act(page, 'Ours', 'Stop sharing');
  await expect(menu(other).getByRole('link')).toHaveCount(0);
  await synced(page);
});

test('the menu serves keys and a phone', async ({ page, visit }) => {
  await foundWorkspace(page, 'Small');
  await page.locator('.views > button').focus();
  await page.keyboard.press('Enter');
  await expect(menu(page).locator('.menu')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(menu(page).getByRole('button', { name: 'Save this view…' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.locator('.views > button')).toBeFocused();

  const phone = await visit({ viewport: { width: 390, height: 844 } });
  await foundWorkspace(phone, 'Pocket');
  await phone.getByRole('button', { name: 'Filter', exact: true }).click();
  const views = await open(phone);
  const box = await views.boundingBox();
  expect(box?.x).toBe(0);
  expect(box?.width).toBe(390);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(844);
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});
