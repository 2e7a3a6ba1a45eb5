import type { Locator, Page } from '@playwright/test';
import { expect, foundWorkspace, go, join, synced, test } from '../support/app';
import { violations } from '../support/axe';

/** The line of a task or a plan. */
function line(page: Page, title: string): Locator {
  return page.locator('.gline').filter({ has: page.locator('.nm').getByText(title, { exact: true }) });
}

const bar = (page: Page, title: string): Locator => line(page, title).locator('.gtime .bar');
const chart = (page: Page): Locator => page.getByRole('treegrid', { name: 'Plan' });
const panel = (page: Page): Locator => page.getByRole('region', { name: 'Preview of the move' }).first();

async function box(of: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  await expect(of).toBeVisible();
  const bounds = await of.boundingBox();
  if (!bounds) throw new Error('not in sight');
  return bounds;
}

/** The first day of a task, as the table says it. */
const start = (page: Page, title: string): Locator => line(page, title).locator('[data-column="start"]');

/** A plan of that name, by its dialog. */
async function newPlan(page: Page, name: string): Promise<void> {
  await go(page, '/plan');
  await page.getByRole('main').getByRole('button', { name: 'New plan' }).click();
  const dialog = page.getByRole('dialog', { name: 'New plan' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(line(page, name)).toBeVisible();
}

/** Types the name of the task that has just been made. */
async function name(page: Page, title: string): Promise<void> {
  const input = page.locator('.gedit input');
  await expect(input).toBeFocused();
  await input.fill(title);
  await input.press('Enter');
  await expect(line(page, title)).toBeVisible();
}

/** Pulls from one place of the screen to another. */
async function pull(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 6, from.y + 1, { steps: 2 });
  await page.mouse.move(to.x, to.y, { steps: 10 });
}

/** Two tasks, of which the second waits for the first, by keys alone. */
async function twoByKeys(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add the first task' }).focus();
  await page.keyboard.press('Enter');
  await name(page, 'Survey');
  await expect(chart(page)).toBeFocused();
  await page.keyboard.press('c');
  await name(page, 'Design');
  await expect(chart(page)).toBeFocused();
  const before = await start(page, 'Design').textContent();
  // From Survey to Design.
  await page.keyboard.press('ArrowUp');
  await expect(line(page, 'Survey')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('l');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(start(page, 'Design')).not.toHaveText(before ?? '');
  await synced(page);
}

test('a plan is built by the mouse alone: tasks, a link, a move that is shown, accepted and undone', async ({ page }) => {
  await foundWorkspace(page, 'Plans');
  await go(page, '/plan');
  await expect(page.getByText('No plans yet')).toBeVisible();
  await violations(page, 'no plans');
  await newPlan(page, 'Warehouse');
  await page.getByRole('button', { name: 'Add the first task' }).click();
  await name(page, 'Survey');
  await page.locator('.top').getByRole('button', { name: 'New task' }).click();
  await name(page, 'Design');
  await page.getByRole('group', { name: 'Zoom' }).getByRole('button', { name: 'Day' }).click();

  // A link from the end of one bar to the beginning of the other.
  const before = await start(page, 'Design').textContent();
  const [from, to] = [await box(bar(page, 'Survey')), await box(bar(page, 'Design'))];
  await page.mouse.move(from.x + from.width / 2, from.y + 6);
  await pull(page, { x: from.x + from.width + 7, y: from.y + 6 }, { x: to.x + 3, y: to.y + 6 });
  await expect(line(page, 'Design')).toHaveClass(/over/);
  await page.mouse.up();
  await expect(start(page, 'Design')).not.toHaveText(before ?? '');
  await synced(page);

  // The first is pulled a week on, and the second follows as a preview.
  const first = await start(page, 'Survey').textContent();
  const second = await start(page, 'Design').textContent();
  const held = await box(bar(page, 'Survey'));
  await pull(page, { x: held.x + held.width / 2, y: held.y + 3 }, { x: held.x + held.width / 2 + 7 * 36, y: held.y + 3 });
  await expect(line(page, 'Design').locator('.ghost')).toBeVisible();
  await expect(panel(page)).toContainText('2 tasks move');

  // Escape puts everything back.
  await page.keyboard.press('Escape');
  await expect(page.locator('.moves')).toHaveCount(0);
  await expect(start(page, 'Survey')).toHaveText(first ?? '');
  await page.mouse.up();

  // Near its edge the chart has scrolled: the bar is where it is now.
  const again = await box(bar(page, 'Survey'));
  await pull(page, { x: again.x + again.width / 2, y: again.y + 3 }, { x: again.x + again.width / 2 + 7 * 36, y: again.y + 3 });
  await expect(line(page, 'Design').locator('.ghost')).toBeVisible();
  await page.mouse.up();
  await violations(page, 'a move that waits to be accepted');
  await page.getByRole('button', { name: /Accept 2 changes/ }).click();
  await expect(page.locator('.moves')).toHaveCount(0);
  await expect(start(page, 'Design')).not.toHaveText(second ?? '');
  await synced(page);
  await page.keyboard.press('Control+z');
  await expect(start(page, 'Survey')).toHaveText(first ?? '');
  await expect(start(page, 'Design')).toHaveText(second ?? '');
  await synced(page);
});

test('a plan is built by keys alone, moved, nested and taken back', async ({ page }) => {
  await foundWorkspace(page, 'Keys of plans');
  await newPlan(page, 'Line');
  await twoByKeys(page);
  await page.keyboard.press('ArrowUp');
  const [first, second] = [await start(page, 'Survey').textContent(), await start(page, 'Design').textContent()];
  await page.keyboard.press('Alt+ArrowRight');
  await expect(panel(page)).toContainText('2 tasks move');
  await page.keyboard.press('Escape');
  await expect(start(page, 'Survey')).toHaveText(first ?? '');
  await page.keyboard.press('Alt+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.locator('.moves')).toHaveCount(0);
  await expect(start(page, 'Survey')).not.toHaveText(first ?? '');
  await expect(line(page, 'Survey').locator('[data-column="duration"]')).toHaveText('2');
  await expect(start(page, 'Design')).not.toHaveText(second ?? '');
  await synced(page);

  // A third beneath the second, which so becomes a group.
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('c');
  await name(page, 'Sketch');
  await expect(chart(page)).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(line(page, 'Design')).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Shift+Tab');
  await expect(line(page, 'Design')).not.toHaveAttribute('aria-expanded', /./);
  await page.keyboard.press('Delete');
  await expect(line(page, 'Sketch')).toHaveCount(0);
  await synced(page);
  await violations(page, 'the chart');
});

test('another browser follows, also while something is tried out there', async ({ page, visit }) => {
  await foundWorkspace(page, 'Together');
  const guest = await visit();
  await join(page, guest, 'Bo Zhao');
  await newPlan(page, 'Shared');
  await twoByKeys(page);
  await go(guest, '/plan');
  await expect(line(guest, 'Design')).toBeVisible();

  // What if: nothing is saved, and the other sees nothing of it.
  await guest.getByRole('button', { name: 'What if' }).click();
  await guest.getByRole('button', { name: 'Try out' }).click();
  await expect(guest.locator('.moves')).toContainText('2 tasks move');

  await page.keyboard.press('Enter');
  await name(page, 'Blueprint');
  await synced(page);
  await expect(line(guest, 'Blueprint')).toBeVisible();
  await expect(guest.locator('.moves')).toContainText('2 tasks move');
  const before = await start(page, 'Survey').textContent();
  await guest.getByRole('button', { name: 'Accept 2 changes' }).click();
  await synced(guest);
  await expect(start(page, 'Survey')).not.toHaveText(before ?? '');
});
