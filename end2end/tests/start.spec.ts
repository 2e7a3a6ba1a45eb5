import { PASSWORD, enterDemo, expect, fillIn, foundWorkspace, go, ready, signIn, test } from '../support/app';

for (const role of ['manager', 'rep'] as const) {
  test(`the first page offers the demo as ${role} in one click`, async ({ page }) => {
    await go(page, '/');
    await expect(page).toHaveURL(/\/enter$/);
    await enterDemo(page, role);
    await expect(page).toHaveURL(/\/(board.*)?$/);
    expect(await page.locator('li.card').count()).toBeGreaterThan(10);
  });
}

test('a workspace of one’s own, signing out and in', async ({ page }) => {
  const { email } = await foundWorkspace(page, 'Harbour Works');
  await expect(page.locator('.rail-head')).toContainText('Harbour Works');
  await expect(page.locator('section.col')).toHaveCount(7);

  await page.locator('.me-btn').click();
  await page.locator('form[action="/sign-out"] button').click();
  await expect(page).toHaveURL(/\/enter$/);
  await ready(page);
  await go(page, '/board');
  await expect(page).toHaveURL(/\/enter\?next=%2Fboard$/);

  await signIn(page, email);
  await expect(page.locator('.rail-head')).toContainText('Harbour Works');
});

test('one person founds a second workspace and goes between the two', async ({ page }) => {
  const { email } = await foundWorkspace(page, 'Harbour');
  await page.goto('about:blank');
  await page.context().clearCookies();
  await go(page, '/enter?form=found');
  await fillIn(page, { workspace: 'Shipyard', name: 'Ada Lin', email, password: PASSWORD });
  await page.locator('form[action="/enter/found"] button[type=submit]').click();
  await expect(page.locator('.rail-head')).toContainText('Shipyard');
  await ready(page);
  await page.locator('.me-btn').click();
  await page.locator('form[action="/switch"] button').filter({ hasText: 'Harbour' }).click();
  await expect(page.locator('.rail-head')).toContainText('Harbour');
});

test('signing in leads back to the page that was asked for', async ({ page }) => {
  const { email } = await foundWorkspace(page, 'Quay');
  await page.goto('about:blank');
  await page.context().clearCookies();
  await page.goto('/settings/members');
  await ready(page);
  await fillIn(page, { email, password: PASSWORD });
  await page.locator('form[action="/enter/sign-in"] button[type=submit]').click();
  await expect(page).toHaveURL(/\/settings\/members$/);
});

test.describe('a form that is not accepted', () => {
  // The browser itself notes the answer's status.
  test.use({ except: /status of 422/ });

  test('a wrong password says so and keeps the e-mail', async ({ page }) => {
    const { email } = await foundWorkspace(page, 'Lighthouse');
    // An open page would ask on, and say that it may not.
    await page.goto('about:blank');
    await page.context().clearCookies();
    await signIn(page, email, 'something else');
    await expect(page.getByRole('alert')).toHaveText('E-mail or password is wrong');
    await expect(page.locator('#email')).toHaveValue(email);
    await expect(page.locator('#password')).toHaveValue('');
  });

  test('an e-mail that has an account founds another workspace only with its password', async ({ page }) => {
    const { email } = await foundWorkspace(page, 'Once');
    // An open page would ask on, and say that it may not.
    await page.goto('about:blank');
    await page.context().clearCookies();
    await go(page, '/enter?form=found');
    await fillIn(page, { workspace: 'Twice', name: 'Ada Lin', email, password: 'something else' });
    await page.locator('form[action="/enter/found"] button[type=submit]').click();
    await expect(page.getByRole('alert')).not.toBeEmpty();
    await expect(page.locator('#workspace')).toHaveValue('Twice');
  });
});

test('the language is chosen and kept', async ({ page }) => {
  await go(page, '/enter');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('button', { name: '简体中文' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
  await expect(page.locator('form[action="/enter/sign-in"] button')).toHaveText('登录');
  await ready(page);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
  await ready(page);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

test('the theme is chosen and kept', async ({ page }) => {
  await enterDemo(page, 'rep');
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.locator('.me-btn').click();
  await page.getByRole('button', { name: 'Dark', exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await ground()).not.toBe(light);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await ready(page);
  await page.locator('.me-btn').click();
  await page.getByRole('button', { name: 'As the system' }).click();
  await expect(page.locator('html')).not.toHaveAttribute('data-theme');
  expect(await ground()).toBe(light);
});
