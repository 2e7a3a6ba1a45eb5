// The Gantt beside a bare floor: data to painted, what a frame of scrolling costs, and a move with all that depends on it.

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { command, setting } from '../support/deals.mjs';

const PLAN = '/api/v1/page?address=%2Fplan';
/** How many tasks a plan has at most. */
const MOST = 10_000;
const BATCH = 250;

/** Makes plans with so many tasks together. In each plan every task waits for the two before it. */
export async function manyTasks(base, cookie, count) {
  const { me } = await setting(base, cookie);
  const now = new Date().toISOString();
  const send = (parts) => command(base, cookie, [{ id: randomUUID(), command: { batch: { parts } } }]);
  for (let first = 0; first < count; first += MOST) {
    const plan = randomUUID();
    await send([{ create: { record: { plan: { id: plan, name: `Plan ${first}`, start_on: now.slice(0, 10), created_at: now } } } }]);
    const ids = Array.from({ length: Math.min(MOST, count - first) }, () => randomUUID());
    for (let from = 0; from < ids.length; from += BATCH) {
      const parts = ids.slice(from, from + BATCH).map((id, at) => {
        const number = from + at;
        const link = { kind: 'finish_start', lag: { minutes: 0 } };
        const links = Object.fromEntries([1, 2].filter((back) => number >= back).map((back) => [ids[number - back], link]));
        const key = `${String(number).padStart(6, '0')}V`;
        return { create: { record: { task: { id, plan, key, title: `Task ${number}`, owner: me, duration: { minutes: 60 }, links, created_at: now } } } };
      });
      await send(parts);
    }
  }
}

/** Main-thread CPU so far, in milliseconds. */
async function cpu(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find((metric) => metric.name === 'TaskDuration').value * 1000;
}

/** Main-thread CPU of a frame while the chart is scrolled. */
async function scrolled(page, session) {
  await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
  const before = await cpu(session);
  const frames = await page.evaluate(() => new Promise((done) => {
    const gantt = document.querySelector('.gantt');
    let frame = 0;
    const step = () => {
      if (frame === 180) return done(frame);
      frame += 1;
      gantt.scrollTop += 80;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }));
  return (await cpu(session) - before) / frames;
}

/** From a key that moves the first task to the frame in which all that depends on it has been reckoned and painted. */
async function cascade(page) {
  await page.locator('.gantt').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.evaluate(() => {
    window.addEventListener('keydown', () => {
      const from = performance.now();
      requestAnimationFrame(() => setTimeout(() => { window.movedIn = performance.now() - from; }));
    }, { capture: true, once: true });
  });
  await page.keyboard.press('Alt+ArrowRight');
  const handle = await page.waitForFunction(() => window.movedIn, undefined, { polling: 'raf', timeout: 60_000 });
  await page.locator('.moves').waitFor();
  const took = await handle.jsonValue();
  await page.keyboard.press('Escape');
  return took;
}

/** `tools` are the bench's own: its row, its figures, and how it opens browsers. */
export async function gantt(tools, server, cookie, size) {
  const { context, rounds, row, number, median, spread, frame } = tools;
  const [ours, floor] = [await context(cookie), await context(cookie)];
  const html = readFileSync(new URL('floor-gantt.html', import.meta.url), 'utf8');
  await floor.route('**/bench-floor', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
  await ours.addInitScript(() => {
    const original = window.fetch;
    window.fetch = async (...words) => {
      const answer = await original(...words);
      const address = words[0] instanceof Request ? words[0].url : String(words[0]);
      if (address.includes('address=%2Fplan')) {
        const text = answer.text.bind(answer);
        answer.text = async () => {
          const read = await text();
          window.answeredAt = performance.now();
          return read;
        };
      }
      return answer;
    };
    const look = () => {
      if (document.querySelector('.gtime .bar')) {
        requestAnimationFrame(() => setTimeout(() => { window.paintedAt = performance.now(); }));
      } else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const taken = { a: [], b: [] };
  const frames = { a: [], b: [] };
  const moves = [];
  for (let round = -1; round < rounds; round++) {
    for (const which of round % 2 ? ['b', 'a'] : ['a', 'b']) {
      const page = await (which === 'a' ? ours : floor).newPage();
      const session = await page.context().newCDPSession(page);
      await session.send('Performance.enable', { timeDomain: 'threadTicks' });
      if (which === 'a') {
        await page.goto('/board');
        await page.locator('html[data-awake]').waitFor({ state: 'attached' });
        await page.locator('.rail a[href="/plan"]').click();
      } else {
        await page.goto('/bench-floor');
        await page.evaluate((address) => window.show(address), PLAN);
      }
      await page.waitForFunction(() => window.paintedAt, undefined, { polling: 'raf', timeout: 120_000 });
      const took = await page.evaluate(() => window.paintedAt - window.answeredAt);
      const cost = await scrolled(page, session);
      if (which === 'a' && round < 0) {
        const rows = Number(await page.locator('.gantt').getAttribute('aria-rowcount'));
        if (rows < size) throw new Error(`the chart has ${rows} lines, fewer than ${size}`);
      }
      const move = which === 'a' && size <= MOST ? await cascade(page) : undefined;
      await page.close();
      // The first round fills the caches.
      if (round < 0) continue;
      taken[which].push(took);
      frames[which].push(cost);
      if (move !== undefined) moves.push(move);
    }
  }
  await ours.close();
  await floor.close();
  for (const [what, of] of [['data to painted', taken], ['scrolling, main-thread CPU a frame', frames]]) {
    const [a, b] = [median(of.a), median(of.b)];
    row(`Gantt of ${size} tasks, ${what}`, `${number(a)} ms`, `${number(b)} ms windowed floor`, `${number(a / b)} × (A/A ${number(spread(of.a))})`,
      '≤ 1.5 × floor', a / b <= 1.5);
  }
  if (moves.length) {
    const ms = median(moves);
    row(`a move with its whole cascade, ${size} tasks`, `${number(ms)} ms`, `${number(2 * frame)} ms: 2 frames`, `${number(ms / (2 * frame))} × (A/A ${number(spread(moves))})`,
      '≤ 2 frames', ms <= 2 * frame);
  }
  return median(frames.a);
}
