import { violations } from '../support/axe';
import { enterDemo, expect, foundWorkspace, ready, test, type Page } from '../support/app';

const WIDTHS = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

async function look(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await ready(page);
  await expect.soft(page.locator('main'), `${address} shows something`).not.toBeEmpty();
  // Twice painted after taking over: what would shift has shifted.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const shifted = await page.evaluate(() => (window as unknown as { shifted: number }).shifted);
  expect.soft(shifted, `layout shift of ${address}`).toBeLessThan(0.01);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect.soft(wider, `${address} is wider than the screen`).toBeLessThanOrEqual(0);
  await violations(page, address);
}

// All combinations take minutes; FAIRLEAD_MATRIX=all looks at each of them.
const ALL = process.env.FAIRLEAD_MATRIX === 'all';

for (const language of ['en', 'zh'] as const) {
  for (const theme of ['light', 'dark'] as const) {
    for (const [width, viewport] of Object.entries(WIDTHS)) {
      if (!ALL && (language !== 'en' || theme !== 'light' || width !== 'wide')) continue;
      test(`every page, ${language}, ${theme}, ${width}`, async ({ page, context, baseURL }) => {
        test.setTimeout(180_000);
        await page.setViewportSize(viewport);
        await enterDemo(page, 'manager');
        const deal = await page.locator('li.card').first().getAttribute('data-deal');
        const snapshot = await (await page.request.get('/api/v1/page?address=%2Fboard')).json();
        const account = `/accounts/${snapshot.view.accounts[0].id}`;
        await context.addCookies([
          { name: 'language', value: language === 'zh' ? 'zh-CN' : 'en', url: baseURL! },
          { name: 'theme', value: theme, url: baseURL! },
        ]);
        const addresses = [
          '/board',
          '/deals',
          '/deals?group=stage',
          `/deals/${deal}`,
          '/accounts',
          account,
          '/contacts',
          '/settings/workspace',
          '/settings/members',
          '/settings/pipelines',
          '/settings/fields',
          '/import',
        ];
        for (const address of addresses) {
          await test.step(address, () => look(page, address));
          await expect.soft(page.locator('html')).toHaveAttribute('lang', language === 'zh' ? /^zh/ : 'en');
          await expect.soft(page.locator('html')).toHaveAttribute('data-theme', theme);
        }
        await context.clearCookies({ name: 'fairlead' });
        for (const address of ['/enter', '/enter?form=found']) await test.step(address, () => look(page, address));
      });
    }
  }
}

if (ALL) test('an administrator’s settings have no violations either', async ({ page }) => {
  test.setTimeout(120_000);
  await foundWorkspace(page, 'Rights');
  for (const address of ['/settings/workspace', '/settings/members', '/settings/pipelines', '/settings/fields', '/settings/calendar', '/import', '/accounts', '/board']) {
    await test.step(address, () => look(page, address));
  }
});

test('what opens on the board has no violations either', async ({ page }) => {
  await enterDemo(page, 'manager');
  const first = page.locator('li.card').first();
  const opens: [string, () => Promise<void>, string][] = [
    ['new deal', () => page.keyboard.press('c'), 'dialog'],
    ['the palette', () => page.keyboard.press('Control+k'), 'dialog'],
    ['the keys', () => page.keyboard.press('?'), 'dialog'],
    ['a card’s menu', () => first.click({ button: 'right' }), 'dialog'],
    ['the sync list', () => page.locator('.sync').click(), '.sync-list'],
    ['the person’s menu', () => page.locator('.me-btn').click(), '.menu'],
    ['the account filter', () => page.locator('.toolbar .chip.add').click(), '.toolbar [role=combobox]'],
  ];
  for (const [name, open, what] of opens) {
    await test.step(name, async () => {
      await open();
      await expect(page.locator(what)).toBeVisible();
      await violations(page, name);
      await page.keyboard.press('Escape');
      await expect(page.locator(what)).toHaveCount(0);
    });
  }
  await first.focus();
  await page.keyboard.press('Space');
  await violations(page, 'a lifted card');
});

test.describe('what does not exist', () => {
  // The browser itself notes the answer's status.
  test.use({ except: /status of 404/ });

  test('says so, inside the frame', async ({ page }) => {
    await enterDemo(page, 'rep');
    await look(page, '/nowhere');
    await expect(page.locator('main')).toContainText('Not found');
  });
});
