import { randomUUID } from 'node:crypto';
import { card, column, expect, foundWorkspace, go, holdCard, synced, test } from '../support/app';
import { command, createDeals, setting } from '../support/deals.mjs';

/** How much a colleague's program changes a second, and for how long. */
const A_SECOND = 20;
const SECONDS = 5;
/** The longest frame that still feels like none was lost, with room for a busy machine, in milliseconds. */
const WORST = 250;

test('twenty changes a second arriving disturb neither a drag nor typing', async ({ page, baseURL }) => {
  test.setTimeout(120_000);
  await foundWorkspace(page, 'Crowd');
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  // The first one stands at the top of the column.
  const theirs = Array.from({ length: 40 }, (_, number) => `Theirs ${number}`);
  const made = [...await createDeals(baseURL!, cookie, ['Mine']), ...await createDeals(baseURL!, cookie, theirs)];
  const { stages } = await setting(baseURL!, cookie);
  await go(page, '/board');
  await expect(column(page, 'First contact').locator('.ttl .n')).toHaveText(String(made.length));

  // Each turn a move and an edit, in time, until it is told to stop.
  const where = new Map(made.map(({ id }) => [id, 0]));
  const others = made.filter(({ title }) => title !== 'Mine');
  let sent = 0;
  const flood = async (seconds: number) => {
    const from = performance.now();
    for (let turn = 0; turn < (seconds * A_SECOND) / 2; turn++) {
      const { id, title } = others[turn % others.length];
      const at = where.get(id)!;
      const next = at === 0 ? 1 : 0;
      where.set(id, next);
      await command(baseURL!, cookie, [
        { id: randomUUID(), command: { move_deal: { deal: id, seen: stages[at].id, stage: stages[next].id } } },
        { id: randomUUID(), command: { edit: { target: { kind: 'deal', id }, fields: { notes: { after: `${title} ${sent}` } } } } },
      ]);
      sent += 2;
      const ahead = from + ((turn + 1) * 2_000) / A_SECOND - performance.now();
      if (ahead > 0) await new Promise((done) => setTimeout(done, ahead));
    }
  };

  // The worst frame while it lasts, as the page sees it.
  const watch = () => page.evaluate(() => {
    const state = window as unknown as { worst: number; watching: boolean };
    state.worst = 0;
    state.watching = true;
    let last = performance.now();
    const frame = () => {
      const now = performance.now();
      state.worst = Math.max(state.worst, now - last);
      last = now;
      if (state.watching) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const worst = () => page.evaluate(() => {
    const state = window as unknown as { worst: number; watching: boolean };
    state.watching = false;
    return state.worst;
  });

  // A card is held, carried to and fro, and dropped while all goes on.
  const list = (await column(page, 'Quotation').locator('.list').boundingBox())!;
  await holdCard(page, 'Mine', 'Quotation');
  await watch();
  const first = flood(SECONDS);
  for (let step = 0; step < 60; step++) {
    await page.mouse.move(list.x + list.width / 2 + (step % 2 ? 20 : -20), list.y + 60 + (step % 30));
    await expect(column(page, 'Quotation')).toHaveClass(/target/);
  }
  await page.mouse.up();
  await expect(card(page, 'Mine', 'Quotation')).toBeVisible();
  await first;
  expect(await worst(), 'the worst frame of the drag').toBeLessThan(WORST);
  await synced(page);
  await expect(card(page, 'Mine', 'Quotation')).toBeVisible();

  // And a text is typed into a field, letter by letter.
  await card(page, 'Mine').click();
  await page.locator('[data-field=source] button.val').click();
  const text = 'Recommended by the harbour master, who saw the crane at work';
  await watch();
  const second = flood(SECONDS);
  await page.keyboard.type(text, { delay: 40 });
  await expect(page.locator('[data-field=source] input')).toHaveValue(text);
  await second;
  expect(await worst(), 'the worst frame of the typing').toBeLessThan(WORST);
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-field=source] .val')).toHaveText(text);
  await synced(page);
  expect(sent).toBe(2 * SECONDS * A_SECOND);

  // Nothing of what arrived was lost meanwhile.
  await page.getByRole('link', { name: 'Board', exact: true }).first().click();
  const there = [...where].filter(([, at]) => at === 1).length;
  await expect(column(page, 'Needs agreed').locator('.ttl .n')).toHaveText(String(there));
  await expect(card(page, 'Mine', 'Quotation')).toBeVisible();
});
