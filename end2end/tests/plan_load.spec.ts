import type { Page } from '@playwright/test';
import { enterDemo, expect, foundWorkspace, go, ready, synced, test } from '../support/app';
import { violations } from '../support/axe';

const load = (page: Page) => page.locator('.load');
const line = (page: Page, person: string) => page.locator('.lrow').filter({ has: page.locator('.lname', { hasText: person }) });
/** The first cell of somebody with something in it. */
const full = (page: Page) => page.locator('.lrow:not(:last-child) .lcell:not(.free)').first();

test('hours per person and week, and what is behind a cell', async ({ page }) => {
  await enterDemo(page, 'manager');
  await go(page, '/plan');
  await page.getByRole('button', { name: 'Workload', exact: true }).click();
  await expect(page).toHaveURL(/show=load/);
  await expect(load(page)).toBeVisible();
  await expect(page.locator('.load-head [role=columnheader]')).toHaveCount(14);
  await violations(page, 'the workload');
  await full(page).click();
  const tasks = page.getByRole('complementary', { name: 'Tasks in this cell' });
  await expect(tasks.getByRole('listitem').first()).toBeVisible();
  await violations(page, 'the tasks of a cell');
  await page.getByRole('button', { name: 'Days', exact: true }).click();
  await expect(page).toHaveURL(/zoom=day/);
  await expect(page.locator('.load-head [role=columnheader]')).toHaveCount(22);
  await page.reload();
  await ready(page);
  await expect(page.locator('.load-head [role=columnheader]')).toHaveCount(22);
});

test('arrows go from cell to cell, Enter opens, Escape closes', async ({ page }) => {
  await enterDemo(page, 'manager');
  await go(page, '/plan?show=load');
  await expect(load(page)).toBeVisible();
  await page.locator('#load-0-0').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('#load-0-1')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('#load-1-1')).toBeFocused();
  await page.keyboard.press('Enter');
  const tasks = page.getByRole('complementary', { name: 'Tasks in this cell' });
  await expect(tasks).toBeVisible();
  await tasks.getByRole('button', { name: 'Close' }).focus();
  await page.keyboard.press('Escape');
  await expect(tasks).toHaveCount(0);
  await expect(page.locator('#load-1-1')).toBeFocused();
});

test('work is given to somebody else by dragging, and taken back', async ({ page }) => {
  await enterDemo(page, 'manager');
  await go(page, '/plan?show=load');
  await expect(load(page)).toBeVisible();
  const last = page.locator('.lrow:not(:last-child) .lcell:not(.free)').last();
  const from = page.locator(`#${await last.getAttribute('id')}`);
  await from.scrollIntoViewIfNeeded();
  const before = (await from.textContent())!;
  const nobody = line(page, 'Nobody');
  await nobody.scrollIntoViewIfNeeded();
  const [start, end] = [await from.boundingBox(), await nobody.boundingBox()];
  if (!start || !end) throw new Error('both are in sight');
  await page.mouse.move(start.x + 10, start.y + 10);
  await page.mouse.down();
  await page.mouse.move(start.x + 30, start.y + 24, { steps: 3 });
  await page.mouse.move(start.x + 30, end.y + end.height / 2, { steps: 5 });
  await expect(nobody).toHaveClass(/over/);
  await page.mouse.up();
  await expect(page.getByText(/tasks? given to Nobody/).first()).toBeVisible();
  await expect(from).not.toHaveText(before);
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await synced(page);
  await expect(from).toHaveText(before);
});

test('levelling is a proposal that is thrown away or accepted', async ({ page }) => {
  await enterDemo(page, 'manager');
  await go(page, '/plan?show=load');
  await expect(load(page)).toBeVisible();
  const said = page.locator('.load-bar [role=status]');
  const before = await said.innerText();
  await page.getByRole('button', { name: 'Level', exact: true }).click();
  const preview = page.getByRole('region', { name: 'Preview of the move' });
  const nothing = page.getByText('Nothing can be levelled');
  await expect(preview.or(nothing).first()).toBeVisible();
  if (await nothing.isVisible()) return;
  await preview.getByRole('button', { name: 'Take back' }).click();
  await expect(preview).toHaveCount(0);
  await expect(said).toHaveText(before);
  await page.getByRole('button', { name: 'Level', exact: true }).click();
  await preview.getByRole('button', { name: /^Accept/ }).click();
  await expect(preview).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await synced(page);
  await expect(said).toHaveText(before);
});

test('the fever chart has its table, and chances come with their seed', async ({ page }) => {
  await enterDemo(page, 'manager');
  await go(page, '/plan?show=chain');
  const fever = page.locator('[data-chart=fever]');
  await expect(fever.locator('svg.fever')).toBeVisible();
  await fever.getByRole('button', { name: 'Show as a table' }).click();
  await expect(fever.locator('tbody tr').first()).toBeVisible();
  await expect(page.getByText('1000 runs with seed 1')).toBeVisible({ timeout: 30_000 });
  const ends = await page.locator('.ends').innerText();
  await violations(page, 'chain and risk');
  await page.getByLabel('Seed').fill('2');
  await page.getByLabel('Seed').press('Tab');
  await expect(page.getByText('1000 runs with seed 2')).toBeVisible({ timeout: 30_000 });
  await page.getByLabel('Seed').fill('1');
  await page.getByLabel('Seed').press('Tab');
  await expect(page.getByText('1000 runs with seed 1')).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('.ends')).toHaveText(ends, { useInnerText: true });
});

test('absences and working hours are settings', async ({ page }) => {
  await foundWorkspace(page, 'Hours');
  await go(page, '/settings/calendar');
  const hours = page.getByRole('group', { name: 'Working hours' });
  await expect(hours.locator('input[type=time]').first()).toHaveValue('09:00');
  await hours.locator('input[type=time]').first().fill('08:00');
  await expect(hours).toContainText('9 hours a day');
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await expect(hours).toContainText('8 hours a day');
  const absences = page.locator('.set-block').filter({ has: page.getByRole('heading', { name: 'Absences' }) });
  await absences.getByLabel('Day', { exact: true }).fill('2099-07-01');
  await absences.getByLabel('Reason').fill('Leave');
  await absences.getByRole('button', { name: 'Add days' }).click();
  await expect(absences.getByText('Leave')).toBeVisible();
  await violations(page, 'hours and absences');
});

const FILE = `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="http://schemas.microsoft.com/project">
  <Name>Bridge</Name>
  <StartDate>2026-12-01T09:00:00</StartDate>
  <Colour>red</Colour>
  <Tasks>
    <Task><UID>1</UID><ID>1</ID><Name>Survey</Name><OutlineLevel>1</OutlineLevel><Duration>PT16H0M0S</Duration></Task>
    <Task><UID>2</UID><ID>2</ID><Name>Pillars</Name><OutlineLevel>1</OutlineLevel><Duration>PT40H0M0S</Duration>
      <PredecessorLink><PredecessorUID>1</PredecessorUID><Type>1</Type></PredecessorLink></Task>
  </Tasks>
</Project>`;

test('a file of MS Project is told before it becomes a plan, and taken back', async ({ page }) => {
  await foundWorkspace(page, 'From a file');
  await go(page, '/plan');
  await page.getByRole('button', { name: 'Files' }).click();
  const dialog = page.getByRole('dialog', { name: 'Files' });
  await violations(page, 'files of plans');
  await dialog.locator('input[type=file]').setInputFiles({ name: 'bridge.xml', mimeType: 'text/xml', buffer: Buffer.from(FILE) });
  await expect(dialog).toContainText('Tasks: 2, links: 1');
  await expect(page.locator('.gline')).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Make the plan' }).click();
  await expect(dialog).toHaveCount(0);
  const pillars = page.locator('.gline').filter({ hasText: 'Pillars' });
  await expect(pillars).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await expect(pillars).toHaveCount(0);
});

test('the chart is saved as a picture', async ({ page }) => {
  await enterDemo(page, 'manager');
  await go(page, '/plan');
  await page.getByRole('button', { name: 'Files' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name: /PNG/ }).click();
  expect((await download).suggestedFilename()).toBe('plan.png');
});
