// A person's day on a board: how long each action takes to show, what a drag costs beside other boards, and what memory
// the board holds. `FAIRLEAD_PEERS` names a folder of reference pages (`kanban_NAME.html`, each with `window.__bench` of
// `load`, `dragPts` and `dragOk`); without it the drag is measured by itself.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The peers that are taken where they are there: the bare floor first. */
const PEERS = ['floor_window', 'sortable'];
/** How often the day's round is gone, so that the 98th percentile is one of a few hundred actions. */
const TURNS = 30;
const SIZE = 5_000;

const percentile = (list, part) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * part))];

/** Notes every interaction's time to the next paint, as the browser measures it. */
const noteInteractions = () => {
  window.interactions = new Map();
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) {
      // An interaction is several events; the longest counts.
      if (interactionId) window.interactions.set(interactionId, Math.max(duration, window.interactions.get(interactionId) ?? 0));
    }
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
};

/** One mouse drag from point to point, with main-thread CPU and the worst frame, in milliseconds. */
async function drag(page, session, [fromX, fromY, toX, toY]) {
  const cpu = async () => (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
  await page.mouse.move(fromX, fromY);
  const before = await cpu();
  await page.evaluate(() => {
    window.frames_ = [];
    let last = performance.now();
    const frame = () => {
      if (!window.frames_) return;
      const now = performance.now();
      window.frames_.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await page.mouse.down();
  await page.mouse.move(fromX + 8, fromY + 8, { steps: 3 });
  await page.mouse.move(toX, toY, { steps: 30 });
  await page.mouse.up();
  await page.waitForTimeout(400);
  const worst = await page.evaluate(() => {
    const worst = Math.max(...window.frames_);
    window.frames_ = null;
    return worst;
  });
  return { cpu: (await cpu()) - before, worst };
}

/** Where the second card of a column stands, and the middle of another column. */
const points = (page, from, to) => page.evaluate(([from, to]) => {
  const columns = [...document.querySelectorAll('section.col')];
  const place = (card) => new DOMMatrix(getComputedStyle(card).transform).f;
  const cards = [...columns[from].querySelectorAll('li.card')].sort((a, b) => place(a) - place(b));
  const [card, list] = [cards[1].getBoundingClientRect(), columns[to].querySelector('.list').getBoundingClientRect()];
  return { id: cards[1].dataset.deal, at: [card.left + 40, card.top + 30, list.left + 60, list.top + 160] };
}, [from, to]);

async function open(where, address) {
  const page = await where.newPage();
  const session = await where.newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const complete = page.waitForResponse((answer) => answer.url().includes('/api/v1/board/'), { timeout: 60_000 });
  await page.goto(address);
  await complete;
  await page.locator('li.card').first().waitFor();
  await page.waitForFunction(() => document.documentElement.hasAttribute('data-awake'));
  return { page, session };
}

async function drags(where, rounds, { row, number, median, spread }) {
  const ours = await open(where, '/board');
  const peers = [];
  const folder = process.env.FAIRLEAD_PEERS;
  for (const name of PEERS) {
    const file = folder && path.join(folder, `kanban_${name}.html`);
    if (!file || !existsSync(file)) continue;
    const html = readFileSync(file, 'utf8');
    await where.route(`**/bench-${name}`, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
    const page = await where.newPage();
    const session = await where.newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(`/bench-${name}`);
    await page.evaluate((size) => window.__bench.load(size), SIZE);
    peers.push({ name, page, session, cpu: [], worst: [] });
  }
  const mine = { cpu: [], worst: [] };
  const measure = async (which, round) => {
    const { page, session } = which ?? ours;
    await page.bringToFront();
    let taken;
    if (which) {
      taken = await drag(page, session, await page.evaluate(() => window.__bench.dragPts()));
      if (!(await page.evaluate(() => window.__bench.dragOk()))) throw new Error(`${which.name}: the card did not arrive`);
    } else {
      const { id, at } = await points(page, 0, 2);
      taken = await drag(page, session, at);
      await page.locator(`section.col:nth-of-type(3) li.card[data-deal="${id}"]`).waitFor();
    }
    // The first round warms up.
    if (round < 0) return;
    const into = which ?? mine;
    into.cpu.push(taken.cpu);
    into.worst.push(taken.worst);
  };
  for (let round = -1; round < rounds; round++) {
    const order = [undefined, ...peers];
    for (const which of round % 2 ? order.reverse() : order) await measure(which, round);
  }
  const cpu = median(mine.cpu);
  const sure = `(A/A ${number(spread(mine.cpu))})`;
  if (peers.length === 0) row(`drag, CPU at ${SIZE} cards`, `${number(cpu)} ms`, 'FAIRLEAD_PEERS is not set', `– ${sure}`, '≤ 1.3 × floor', null);
  for (const { name, cpu: theirs } of peers) {
    const aim = name === PEERS[0] ? 1.3 : 0.2;
    const ratio = cpu / median(theirs);
    row(`drag, CPU at ${SIZE} cards`, `${number(cpu)} ms`, `${number(median(theirs))} ms ${name}`, `${number(ratio)} × ${sure}`, `≤ ${aim} ×`, ratio <= aim);
  }
  const worst = median(mine.worst);
  const theirs = peers.map(({ name, worst }) => `${number(median(worst))} ms ${name}`).join(', ') || 'two frames';
  row(`drag, worst frame at ${SIZE} cards`, `${number(worst)} ms`, theirs, '–', '≤ 34 ms', worst <= 34);
  for (const { page } of [ours, ...peers]) await page.close();
}

/** What the page holds after everything that can go is gone, in MB: JavaScript's heap with WASM's memory. */
async function memory(where, { row, number }) {
  const { page, session } = await open(where, '/board');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = await session.send('Runtime.getHeapUsage');
  const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
  row(`memory of a board of ${SIZE}`, `${number((usedSize + backingStorageSize) / 1e6)} MB`, `${nodes} elements`, '–', 'absolute: heap and buffers', null);
  await page.close();
}

/** Opens, filters, drags, opens a deal, edits, logs, searches, goes back, takes back. */
async function interactions(where, { row, number, median }) {
  await where.addInitScript(noteInteractions);
  const { page } = await open(where, '/board');
  for (let turn = 0; turn < TURNS; turn++) {
    const filter = page.locator('.toolbar input[type=search]');
    await filter.click();
    await page.keyboard.type(`Deal ${turn}`);
    await filter.fill('');
    const { at } = await points(page, turn % 2 ? 2 : 0, turn % 2 ? 0 : 2);
    await page.mouse.move(at[0], at[1]);
    await page.mouse.down();
    await page.mouse.move(at[0] + 8, at[1] + 8, { steps: 2 });
    await page.mouse.move(at[2], at[3], { steps: 6 });
    await page.mouse.up();
    await page.keyboard.press('Control+z');
    await page.locator('section.col').nth(turn % 5).locator('li.card').first().click();
    await page.locator('.dhead h1').waitFor();
    await page.locator('[data-field=source] button.val').click();
    await page.keyboard.type(`Fair ${turn}`);
    await page.keyboard.press('Enter');
    await page.locator('#quick-line').click();
    await page.keyboard.type('Called, and they will call back');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.locator('.rail a[href="/board"]').nth(1).click();
    await page.locator('section.col').first().waitFor();
    await page.keyboard.press('Control+k');
    await page.locator('dialog[open] [role=combobox]').waitFor();
    await page.keyboard.type('Deal 1');
    await page.keyboard.press('Escape');
  }
  const took = await page.evaluate(() => [...window.interactions.values()]);
  // What took less than a frame is not told by the browser; it counts as the shortest that is.
  const total = await page.evaluate(() => performance.interactionCount ?? window.interactions.size);
  const all = [...took, ...Array.from({ length: Math.max(0, total - took.length) }, () => 16)];
  const p98 = percentile(all, 0.98);
  row(`interaction to next paint, ${SIZE} cards, p98 of ${all.length}`, `${number(p98)} ms`, `median ${number(median(all))} ms`, '–', '≤ 50 ms', p98 <= 50);
  await page.close();
}

/** Measures the day in fresh contexts that `context` makes. */
export async function day(context, rounds, tools) {
  for (const part of [(where) => drags(where, rounds, tools), (where) => memory(where, tools), (where) => interactions(where, tools)]) {
    const where = await context();
    await part(where);
    await where.close();
  }
}

export { SIZE as DAY_SIZE };
