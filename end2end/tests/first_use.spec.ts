import type { Locator, Page } from '@playwright/test';
import { expect, foundWorkspace, ready, test } from '../support/app';

/** What somebody who was told nothing goes by: words that stand on the screen. */
const WORDS = {
  en: { locale: 'en-GB', newDeal: /^New deal/, name: 'Name', board: 'Board', line: 'Log or plan in one line', typed: 'visit, saw the yard', visit: 'Visit', said: 'saw the yard', undo: /^Undo/ },
  zh: { locale: 'zh-CN', newDeal: /^新建商机/, name: '名称', board: '看板', line: '一行记录或安排', typed: '拜访 看了码头', visit: '拜访', said: '看了码头', undo: /^撤销/ },
};

/** Counts what a person does: a click, a drag, a key, a text typed. More than `most` is too much to find out. */
class Hand {
  #done = 0;

  constructor(readonly page: Page, readonly aim: string, readonly most = 3) {}

  #count(what: string): void {
    this.#done += 1;
    expect(this.#done, `${this.aim}: “${what}” is one action too many`).toBeLessThanOrEqual(this.most);
  }

  async click(target: Locator): Promise<void> {
    this.#count(`click ${target}`);
    await target.click();
  }

  async type(text: string): Promise<void> {
    this.#count(`type ${text}`);
    await this.page.keyboard.type(text);
  }

  async fill(target: Locator, text: string): Promise<void> {
    this.#count(`type ${text}`);
    await target.fill(text);
  }

  async press(key: string): Promise<void> {
    this.#count(`press ${key}`);
    await this.page.keyboard.press(key);
  }

  async drag(from: Locator, to: Locator): Promise<void> {
    this.#count('drag');
    const [a, b] = [(await from.boundingBox())!, (await to.boundingBox())!];
    await this.page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
    await this.page.mouse.down();
    await this.page.mouse.move(a.x + a.width / 2 + 12, a.y + a.height / 2 + 4, { steps: 3 });
    await this.page.mouse.move(b.x + b.width / 2, b.y + 200, { steps: 8 });
    await this.page.mouse.up();
  }
}

for (const [language, w] of Object.entries(WORDS)) {
  test.describe(`somebody new, ${language}`, () => {
    test.use({ locale: w.locale });

    test('creates a deal, moves it, logs a visit, finds it again, and undoes a mistake', async ({ page }) => {
      await foundWorkspace(page, 'Harbour');
      const columns = page.locator('section.col');
      const stages = await columns.getByRole('heading', { level: 2 }).allTextContents();
      const card = (within: Page | Locator) => within.getByRole('listitem').filter({ hasText: 'Crane' });

      // The dialog begins in the name.
      let hand = new Hand(page, 'create a deal');
      await hand.click(page.getByRole('button', { name: w.newDeal }).first());
      await expect(page.getByRole('dialog').getByLabel(w.name, { exact: true })).toBeFocused();
      await hand.type('Crane');
      await hand.press('Enter');
      await expect(page.getByRole('heading', { level: 1, name: 'Crane' })).toBeVisible();

      hand = new Hand(page, 'move it');
      await hand.click(page.getByRole('link', { name: w.board, exact: true }).first());
      await expect(card(columns.nth(0))).toBeVisible();
      await hand.drag(card(columns.nth(0)), page.getByRole('heading', { level: 2, name: stages[1], exact: true }));
      await expect(card(columns.nth(1))).toBeVisible();

      hand = new Hand(page, 'undo a mistake');
      await hand.click(page.getByRole('button', { name: w.undo }));
      await expect(card(columns.nth(0))).toBeVisible();

      // It is found by what was typed, from anywhere.
      hand = new Hand(page, 'find it again');
      await hand.press('Control+k');
      await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused();
      await hand.type('cran');
      await expect(page.getByRole('option', { name: /Crane/ })).toBeVisible();
      await hand.press('Enter');
      await expect(page.getByRole('heading', { level: 1, name: 'Crane' })).toBeVisible();
      await ready(page);

      hand = new Hand(page, 'log a visit');
      await hand.fill(page.getByRole('textbox', { name: w.line, exact: true }), w.typed);
      await hand.press('Enter');
      const logged = page.getByRole('region').getByRole('listitem').filter({ hasText: w.said });
      await expect(logged).toContainText(w.visit);
    });
  });
}
