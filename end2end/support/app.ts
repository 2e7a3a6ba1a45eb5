import { test as base, expect, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { sendFrom } from './entry.mjs';

export { expect };
export type { Page };

export const PASSWORD = 'correct horse battery';

/** The stages of a workspace that was founded in English. */
export const STAGES = ['First contact', 'Needs agreed', 'Demonstration', 'Quotation', 'Contract', 'Won', 'Lost'] as const;

/** What a browser says when the server is away on purpose. */
export const AWAY = /net::ERR_/;

const NOTHING = /(?!)/;

type Visitor = { locale?: string; viewport?: { width: number; height: number } };

/** Tests whose pages must not say anything on the console. */
export const test = base.extend<{
  /** What these tests let pages say. */
  except: RegExp;
  /** Another person's browser: a context of its own. */
  visit: (how?: Visitor) => Promise<Page>;
}>({
  except: [NOTHING, { option: true }],
  baseURL: async ({}, use) => use(process.env.FAIRLEAD_BASE),
  context: async ({ context }, use) => {
    await prepare(context);
    await use(context);
  },
  page: async ({ page, except }, use) => {
    const assertQuiet = failOnConsole(page, except);
    await use(page);
    assertQuiet();
  },
  visit: async ({ browser, baseURL, except }, use) => {
    const open: [BrowserContext, () => void][] = [];
    await use(async (how = {}) => {
      const context = await browser.newContext({
        baseURL,
        locale: how.locale ?? 'en-GB',
        timezoneId: 'Asia/Shanghai',
        viewport: how.viewport ?? { width: 1440, height: 900 },
      });
      await prepare(context);
      const page = await context.newPage();
      open.push([context, failOnConsole(page, except)]);
      return page;
    });
    for (const [context] of open) await context.close();
    for (const [, assertQuiet] of open) assertQuiet();
  },
});

/** Lets the tests see how far things have shifted. */
export async function prepare(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const state = window as unknown as { shifted: number };
    state.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[]) {
        if (!entry.hadRecentInput) state.shifted += entry.value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** Collects what the page says that it should not, and gives the assertion that it said nothing. */
export function failOnConsole(page: Page, except = NOTHING): () => void {
  const said: string[] = [];
  const note = (text: string) => {
    if (!except.test(text)) said.push(text);
  };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) note(`${message.type()}: ${message.text()} (${message.location().url}, on ${page.url()})`);
  });
  page.on('pageerror', (error) => note(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    note(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return () => expect(said, 'nothing on the console').toEqual([]);
}

/** Waits until the browser half has taken the page over. */
export async function ready(page: Page): Promise<void> {
  await page.locator('html[data-awake]').waitFor({ state: 'attached' });
}

export async function go(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await ready(page);
}

export async function fillIn(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
}

/** Founds a workspace by the form on the first page; the page then shows its board. */
export async function foundWorkspace(page: Page, name: string): Promise<{ email: string }> {
  const email = `${randomUUID()}@example.test`;
  // From another address of this machine each time: the server lets one address found only so many.
  await page.route('**/enter/found', async (route) => {
    const request = route.request();
    const answer = await sendFrom(request.url(), { headers: await request.allHeaders(), body: request.postData() ?? '' });
    const headers: Record<string, string> = {};
    for (const [header, value] of Object.entries(answer.headers)) headers[header] = ([] as string[]).concat(value ?? '').join('\n');
    await route.fulfill({ status: answer.status, headers, body: answer.body });
  });
  await go(page, '/enter?form=found');
  await fillIn(page, { workspace: name, name: 'Ada Lin', email, password: PASSWORD });
  await page.locator('form[action="/enter/found"] button[type=submit]').click();
  await expect(page.locator('.board')).toBeVisible();
  await page.unroute('**/enter/found');
  await ready(page);
  return { email };
}

/** Somebody joins the administrator's workspace by a link made on the members' page, where the administrator then is. */
export async function join(admin: Page, guest: Page, name: string): Promise<void> {
  await go(admin, '/settings/members');
  await admin.getByRole('button', { name: 'New invitation link' }).click();
  await admin.getByRole('button', { name: 'Create link' }).click();
  const link = await admin.locator('#invite-link').inputValue();
  await admin.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  await synced(admin);
  await guest.goto(link);
  await fillIn(guest, { name, email: `${randomUUID()}@example.test`, password: PASSWORD });
  await ready(guest);
  await guest.getByRole('button', { name: 'Join' }).click();
  await expect(guest.locator('.board')).toBeVisible();
  await ready(guest);
}

export async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await go(page, '/enter');
  await fillIn(page, { email, password });
  await page.locator('form[action="/enter/sign-in"] button[type=submit]').click();
}

export async function enterDemo(page: Page, role: 'manager' | 'rep'): Promise<void> {
  await go(page, '/enter');
  await page.locator('form[action="/enter/demo"]').filter({ has: page.locator(`input[value=${role}]`) }).getByRole('button').click();
  await expect(page.locator('.board .col').first()).toBeVisible();
  await ready(page);
}

/** The board's column of this name. */
export function column(page: Page, name: string): Locator {
  return page.locator('section.col').filter({ has: page.getByRole('heading', { level: 2, name, exact: true }) });
}

/** The card of this deal, in this column or anywhere on the board. */
export function card(page: Page, title: string, name?: string): Locator {
  const place = name === undefined ? page.locator('.board') : column(page, name);
  return place.locator('li.card').filter({ has: page.locator('.name').getByText(title, { exact: true }) });
}

/** Makes a deal by typing it into the column. */
export async function quickAdd(page: Page, name: string, typed: string): Promise<void> {
  const field = column(page, name).locator('.quick-add input');
  if (!(await field.isVisible())) await column(page, name).getByRole('button', { name: `New deal in ${name}` }).click();
  await field.fill(typed);
  await field.press('Enter');
  await expect(field).toHaveValue('');
}

/** Closes the field for quick adding. */
export async function closeQuickAdd(page: Page): Promise<void> {
  await page.locator('.quick-add input').press('Escape');
  await expect(page.locator('.quick-add')).toHaveCount(0);
}

/** Takes a card by the mouse and holds it over a column. */
export async function holdCard(page: Page, title: string, to: string): Promise<void> {
  await card(page, title).scrollIntoViewIfNeeded();
  const from = await card(page, title).boundingBox();
  const list = await column(page, to).locator('.list').boundingBox();
  if (!from || !list) throw new Error(`“${title}” or “${to}” is not in sight`);
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2 + 12, from.y + from.height / 2 + 4, { steps: 3 });
  await page.mouse.move(list.x + list.width / 2, list.y + 60, { steps: 8 });
  await expect(column(page, to)).toHaveClass(/target/);
}

/** Drags a card to the top of a column. */
export async function dragCard(page: Page, title: string, to: string): Promise<void> {
  await holdCard(page, title, to);
  await page.mouse.up();
}

/** Everything has reached the server. */
export async function synced(page: Page): Promise<void> {
  await expect(page.locator('.sync')).toHaveText('Synced');
}

/** The deal's page, by a click on its card. */
export async function openDeal(page: Page, title: string): Promise<void> {
  await card(page, title).click();
  await expect(page.locator('.dhead h1')).toHaveText(title);
}

/** The row of a field on a deal's page. */
export function field(page: Page, name: string): Locator {
  return page.locator(`[data-field="${name}"]`);
}

/** Begins to edit a field and gives its input. */
export async function edit(page: Page, name: string): Promise<Locator> {
  await field(page, name).locator('button.val').click();
  const input = field(page, name).locator('input, select, textarea');
  await expect(input).toBeFocused();
  return input;
}
