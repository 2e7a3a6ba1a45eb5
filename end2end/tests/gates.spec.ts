import type { Locator, Page } from '@playwright/test';
import { AWAY, card, closeQuickAdd, column, dragCard, expect, field, foundWorkspace, go, holdCard, join, openDeal, quickAdd, ready, synced, test } from '../support/app';
import { violations } from '../support/axe';

/** Opens what stands under a stage's row in the settings. */
async function openStage(page: Page, name: string): Promise<Locator> {
  await go(page, '/settings/pipelines');
  await page.getByRole('button', { name: `Guidance, kind and more of ${name}` }).click();
  const gate = page.getByRole('group', { name: 'Conditions for entering' });
  await expect(gate).toBeVisible();
  return gate;
}

/** A gate before Quotation: a source, an item, and who may override. */
async function setGate(page: Page): Promise<void> {
  const gate = await openStage(page, 'Quotation');
  await gate.getByLabel('Add a field').selectOption({ label: 'Source' });
  await expect(gate.getByRole('button', { name: 'Remove Source' })).toBeVisible();
  await gate.getByRole('textbox', { name: 'Add an item' }).fill('Minutes sent');
  await gate.getByRole('button', { name: 'Add an item' }).click();
  await expect(gate.getByRole('button', { name: 'Remove Minutes sent' })).toBeVisible();
  await synced(page);
}

async function deals(page: Page, workspace: string, names: string[]): Promise<void> {
  await foundWorkspace(page, workspace);
  for (const name of names) await quickAdd(page, 'First contact', name);
  await closeQuickAdd(page);
  await synced(page);
}

const prompt = (page: Page) => page.getByRole('dialog', { name: /more for “Quotation”|Everything is met/ });

test('the drop asks for what is missing, saves it with the move, and one undo takes it back', async ({ page }) => {
  await deals(page, 'Gates', ['Crane']);
  await setGate(page);
  await violations(page, 'the gate of a stage in the settings');
  await expect(page.getByRole('row', { name: /Quotation/ }).first()).toContainText('Fields: 1 · Items: 1');
  await go(page, '/board');

  // The head says beforehand what will be asked.
  await holdCard(page, 'Crane', 'Quotation');
  await expect(column(page, 'Quotation').locator('.lim')).toHaveText('Needs 2 more');
  await page.mouse.up();
  await expect(prompt(page)).toBeVisible();
  await violations(page, 'the gate prompt');
  const source = prompt(page).getByLabel('Source');
  await expect(source).toBeFocused();

  // Escape puts the card back.
  await page.keyboard.press('Escape');
  await expect(prompt(page)).toHaveCount(0);
  await expect(card(page, 'Crane', 'First contact')).toBeVisible();

  await dragCard(page, 'Crane', 'Quotation');
  await expect(source).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(prompt(page).getByRole('alert').first()).toBeVisible();
  await source.fill('Fair');
  await prompt(page).getByLabel('Minutes sent').check();
  await source.press('Enter');
  await expect(prompt(page)).toHaveCount(0);
  await expect(card(page, 'Crane', 'Quotation')).toBeVisible();
  await expect(page.locator('.toast')).toContainText('moved to Quotation');
  await synced(page);
  await page.keyboard.press('Control+z');
  await expect(card(page, 'Crane', 'First contact')).toBeVisible();
  await synced(page);
  await openDeal(page, 'Crane');
  await expect(field(page, 'source')).toContainText('–');
});

test('keys, the menu, the steps and several cards meet the same gate', async ({ page }) => {
  await deals(page, 'Every way', ['One', 'Two']);
  await setGate(page);
  await go(page, '/board');
  const escape = async () => {
    await expect(prompt(page)).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(prompt(page)).toHaveCount(0);
  };
  // By keys.
  await card(page, 'One').focus();
  await page.keyboard.press('Space');
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await escape();
  // By the menu, two at once: what is asked is asked once.
  await card(page, 'One').click({ modifiers: ['Control'] });
  await card(page, 'Two').click({ modifiers: ['Control'] });
  await page.keyboard.press('m');
  await page.getByRole('dialog').getByRole('button', { name: 'Quotation' }).click();
  await expect(prompt(page)).toContainText('2 deals');
  await prompt(page).getByLabel(/Source/).fill('Fair');
  await prompt(page).getByLabel(/Minutes sent/).check();
  await prompt(page).getByRole('button', { name: 'Save and move' }).click();
  await expect(column(page, 'Quotation').locator('li.card')).toHaveCount(2);
  await synced(page);
  await page.keyboard.press('Control+z');
  await expect(column(page, 'First contact').locator('li.card')).toHaveCount(2);
  await page.keyboard.press('Escape');
  // By the steps on the deal's page.
  await openDeal(page, 'One');
  await page.getByRole('button', { name: 'Move to Quotation' }).click();
  await escape();
  // A new deal in that column.
  await go(page, '/board');
  await column(page, 'Quotation').getByRole('button', { name: 'New deal in Quotation' }).click();
  const input = page.locator('.quick-add input');
  await input.fill('Three');
  await input.press('Enter');
  await expect(prompt(page)).toBeVisible();
  await prompt(page).getByLabel('Source').fill('Call');
  await prompt(page).getByLabel('Minutes sent').check();
  await prompt(page).getByRole('button', { name: 'Save and create' }).click();
  await expect(card(page, 'Three', 'Quotation')).toBeVisible();
  await expect(input).toHaveValue('');
});

test('an approval is for somebody else to give, and an exception has its reason', async ({ page, visit }) => {
  await deals(page, 'Approvals', ['Hull']);
  const gate = await openStage(page, 'Needs agreed');
  await gate.getByRole('button', { name: 'Add an approval' }).click();
  await expect(gate.getByLabel('Who approves')).toHaveValue('manager');
  await gate.getByLabel('May let deals in without').selectOption('manager');
  await synced(page);
  const rep = await visit();
  await join(page, rep, 'Bo Chen');
  await go(page, '/board');
  await card(page, 'Hull').focus();
  await page.keyboard.press('a');
  await page.getByRole('dialog').getByRole('button', { name: 'Bo Chen' }).click();
  await synced(page);
  // The rep can save, but not move; and sees the approval as it is given.
  await ready(rep);
  await dragCard(rep, 'Hull', 'Needs agreed');
  const asked = rep.getByRole('dialog', { name: /more for “Needs agreed”|Everything is met/ });
  await expect(asked).toContainText('Approval by Manager or above');
  // There is nothing to save without the move.
  await expect(asked.getByRole('button', { name: 'Save, do not move yet' })).toHaveCount(0);
  await openDeal(page, 'Hull');
  await page.locator('.gate-panel').getByLabel('Approval by Manager or above').check();
  await synced(page);
  await expect(asked.getByRole('button', { name: 'Save and move' })).toBeVisible();
  await asked.getByRole('button', { name: 'Save and move' }).click();
  await expect(card(rep, 'Hull', 'Needs agreed')).toBeVisible();
  await synced(rep);

  // The administrator lets one in without, and says why.
  await go(page, '/board');
  await quickAdd(page, 'First contact', 'Mast');
  await closeQuickAdd(page);
  await dragCard(page, 'Mast', 'Needs agreed');
  const own = page.getByRole('dialog', { name: /more for “Needs agreed”/ });
  await own.getByRole('button', { name: 'Move without all of it' }).click();
  await own.getByRole('button', { name: 'Move all the same' }).click();
  await expect(own.getByRole('alert')).toContainText('Required');
  await own.getByLabel('Reason').fill('Signed at the fair');
  await own.getByRole('button', { name: 'Move all the same' }).click();
  await expect(card(page, 'Mast', 'Needs agreed')).toBeVisible();
  await synced(page);
  await openDeal(page, 'Mast');
  await expect(page.locator('.hist')).toContainText('Signed at the fair');
});

test('doing again what was undone passes the gate as it is by then', async ({ page, visit }) => {
  await foundWorkspace(page, 'Again');
  const rep = await visit();
  await join(page, rep, 'Bo Chen');
  await quickAdd(rep, 'First contact', 'Rudder');
  await closeQuickAdd(rep);
  await dragCard(rep, 'Rudder', 'Quotation');
  await synced(rep);
  await rep.keyboard.press('Control+z');
  await expect(card(rep, 'Rudder', 'First contact')).toBeVisible();
  await synced(rep);
  await setGate(page);
  // The gate is here when the head of its column tells of it.
  await holdCard(rep, 'Rudder', 'Quotation');
  await expect(column(rep, 'Quotation').locator('.lim')).toHaveText('Needs 2 more');
  await rep.keyboard.press('Escape');
  await rep.mouse.up();
  await rep.keyboard.press('Control+Shift+Z');
  await expect(prompt(rep)).toBeVisible();
  await prompt(rep).getByLabel('Source').fill('Fair');
  await prompt(rep).getByLabel('Minutes sent').check();
  await prompt(rep).getByRole('button', { name: 'Save and move' }).click();
  await expect(card(rep, 'Rudder', 'Quotation')).toBeVisible();
});

test('the prompt follows what others do, and shows what blocks before the exception', async ({ page, visit }) => {
  await foundWorkspace(page, 'Following');
  const rep = await visit();
  await join(page, rep, 'Bo Chen');
  await quickAdd(rep, 'First contact', 'Rudder');
  await closeQuickAdd(rep);
  await synced(rep);
  await setGate(page);
  const gate = page.getByRole('group', { name: 'Conditions for entering' });
  await gate.getByLabel('No stage before it may be left out').check();
  await gate.getByLabel('May let deals in without').selectOption('rep');
  await synced(page);
  await holdCard(rep, 'Rudder', 'Quotation');
  await expect(column(rep, 'Quotation').locator('.lim')).toHaveText('Needs 3 more');
  await rep.mouse.up();
  await expect(prompt(rep)).toContainText('First through: Needs agreed');
  await expect(prompt(rep).getByLabel('Reason')).toHaveCount(0);
  await expect(prompt(rep).getByRole('button', { name: 'Move all the same' })).toHaveCount(0);
  await prompt(rep).getByRole('button', { name: 'Move without all of it' }).click();
  await expect(prompt(rep).getByLabel('Reason')).toBeVisible();
  await prompt(rep).getByLabel('Source').fill('Fair');
  // What is asked no longer goes, and what was typed stays.
  await gate.getByRole('button', { name: 'Remove Minutes sent' }).click();
  await synced(page);
  await expect(prompt(rep).getByLabel('Minutes sent')).toHaveCount(0);
  await expect(prompt(rep).getByLabel('Source')).toHaveValue('Fair');
  // A deal that is gone leaves nothing to ask.
  await go(page, '/board');
  await openDeal(page, 'Rudder');
  await page.locator('.dhead').getByRole('button', { name: 'Delete' }).click();
  await synced(page);
  await expect(prompt(rep)).toHaveCount(0);
});

test('a loss is asked for its reason', async ({ page }) => {
  await deals(page, 'Losses', ['Anchor']);
  const gate = await openStage(page, 'Lost');
  await gate.getByLabel('Loss reasons to choose from').fill('Price\nCompetitor');
  await gate.getByLabel('Loss reasons to choose from').blur();
  await gate.getByLabel('Add a field').selectOption({ label: 'Loss reason' });
  await expect(gate.getByRole('button', { name: 'Remove Loss reason' })).toBeVisible();
  await synced(page);
  await go(page, '/board');
  await openDeal(page, 'Anchor');
  await page.getByRole('button', { name: 'Move to Lost' }).click();
  const asked = page.getByRole('dialog', { name: /more for “Lost”/ });
  await asked.getByLabel('Loss reason').selectOption('Price');
  await asked.getByRole('button', { name: 'Save and move' }).click();
  await expect(asked).toHaveCount(0);
  await expect(field(page, 'loss_reason')).toContainText('Price');
});

test.describe('without the server', () => {
  test.use({ except: AWAY });

  test('the gate is decided with what is held here', async ({ page }) => {
    await deals(page, 'Away', ['Buoy']);
    await setGate(page);
    await go(page, '/board');
    // Both halves of the prompt come ahead of the first need.
    await dragCard(page, 'Buoy', 'Quotation');
    await expect(prompt(page)).toBeVisible();
    await page.keyboard.press('Escape');
    await page.context().route('**/api/v1/**', (route) => route.abort());
    await dragCard(page, 'Buoy', 'Quotation');
    await prompt(page).getByLabel('Source').fill('Fair');
    await prompt(page).getByLabel('Minutes sent').check();
    await prompt(page).getByRole('button', { name: 'Save and move' }).click();
    await expect(card(page, 'Buoy', 'Quotation')).toBeVisible();
    await expect(page.locator('.sync')).toContainText('waiting');
    await page.context().unroute('**/api/v1/**');
    await synced(page);
    await page.reload();
    await expect(card(page, 'Buoy', 'Quotation')).toBeVisible();
  });
});

test('on a phone, and in 中文', async ({ visit }) => {
  const page = await visit({ locale: 'zh-CN', viewport: { width: 390, height: 844 } });
  await foundWorkspace(page, '手机');
  await go(page, '/settings/pipelines');
  await page.getByRole('button', { name: /报价/ }).last().click();
  const gate = page.getByRole('group', { name: '准入条件' });
  await gate.getByLabel('添加字段').selectOption({ label: '来源' });
  await expect(gate.getByRole('button', { name: '移除 来源' })).toBeVisible();
  await violations(page, 'the gate of a stage on a phone');
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(overflow).toBe(false);
});

test('the calendar: days off and made up, by hand and from a file, and a stage that waits', async ({ page }) => {
  await foundWorkspace(page, 'Calendar');
  await go(page, '/settings/calendar');
  await page.getByLabel('Sunday').uncheck();
  await expect(page.locator('.toast')).toContainText('Saved');
  const differing = page.locator('.set-block').filter({ has: page.getByRole('heading', { name: 'Days that differ from the week' }) });
  await differing.getByLabel('Day', { exact: true }).fill('2030-10-01');
  await differing.getByLabel('Until').fill('2030-10-03');
  await differing.getByLabel('Name').fill('National Day');
  await differing.getByRole('button', { name: 'Add days' }).click();
  await expect(page.locator('.special-days li')).toHaveCount(3);
  await synced(page);
  await violations(page, 'the calendar');

  const event = (day: number, name: string) => `BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:${day}\r\nSUMMARY:${name}\r\nEND:VEVENT\r\n`;
  const year = new Date().getFullYear() + 1;
  const text = `BEGIN:VCALENDAR\r\n${event(year * 10_000 + 101, '元旦')}${event(year * 10_000 + 109, '元旦 补班')}END:VCALENDAR\r\n`;
  await page.locator('input[type=file]').setInputFiles({ name: 'cn.ics', mimeType: 'text/calendar', buffer: Buffer.from(text) });
  const dialog = page.getByRole('dialog', { name: 'Days in cn.ics' });
  await expect(dialog.locator('li')).toHaveCount(2);
  await expect(dialog.locator('li').filter({ hasText: '补班' })).toContainText('Worked, to make up');
  await violations(page, 'the days of a calendar file');
  await dialog.getByRole('button', { name: 'Add 2 days' }).click();
  await expect(page.locator('.special-days li')).toHaveCount(5);
  await synced(page);
  await page.keyboard.press('Control+z');
  await expect(page.locator('.special-days li')).toHaveCount(3);
  await page.locator('input[type=file]').setInputFiles({ name: 'no.ics', mimeType: 'text/calendar', buffer: Buffer.from('hello') });
  await expect(page.locator('.toast')).toContainText('no calendar file');
  await page.reload();
  await expect(page.locator('.special-days li')).toHaveCount(3);
  await expect(page.getByLabel('Sunday')).not.toBeChecked();

  await go(page, '/settings/pipelines');
  await page.getByRole('button', { name: 'Guidance, kind and more of Contract' }).click();
  await page.getByLabel('In this stage one waits for the customer').check();
  await synced(page);
  await go(page, '/board');
  await expect(column(page, 'Contract').locator('.lim')).toContainText('waiting for the customer');
});
