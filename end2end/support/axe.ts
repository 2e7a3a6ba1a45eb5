import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from './app';

/** Expects that axe finds nothing on the page as it stands. */
export async function violations(page: Page, where: string): Promise<void> {
  // Half faded in, nothing has its contrast yet.
  await page.evaluate(() => Promise.allSettled(document.getAnimations()
    .filter((one) => Number.isFinite(Number(one.effect?.getComputedTiming().endTime))).map((one) => one.finished)));
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).slice(0, 3).join(' | ')}`);
  expect.soft(told, `axe on ${where}`).toEqual([]);
}
