// Walking through the demonstration district as a person would: by names, links and buttons, never by stored ids.
import { expect, type Page } from '@playwright/test';
import type { Account } from './fixtures';

/** The running year of the district, whose story ends the evening before the server's first start. */
export const YEAR = Number(new Date().toLocaleDateString('en-CA', { timeZone: 'Asia/Shanghai' }).slice(0, 4));

/** What stands on a printed activation slip. */
export type Slip = { login: string; code: string };

/** Opens `/people/units/{id}` of a unit. */
export async function openUnit(page: Page, unit: string): Promise<void> {
  await page.goto(`/people?find=${encodeURIComponent(unit)}`);
  await page.getByRole('main').getByRole('link', { name: unit, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: unit, exact: true })).toBeVisible();
}

/** Opens `/people/{id}` of a person. */
export async function openPerson(page: Page, name: string): Promise<void> {
  await page.goto(`/people?find=${encodeURIComponent(name)}`);
  await page.getByRole('main').getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
}

/** Prints the slip of a person, making the account first where there is none. `page` may handle accounts. */
export async function printSlip(page: Page, name: string): Promise<Slip> {
  await openPerson(page, name);
  const make = page.getByRole('button', { name: '建立账号' });
  if (await make.isVisible()) {
    await make.click();
    await expect(page.getByText('账号已建立')).toBeVisible();
  }
  await page.getByRole('button', { name: '打印启用单' }).click();
  const slip = page.locator('.slip').filter({ hasText: name });
  await expect(slip).toBeVisible();
  const login = (await slip.locator('b.mono').innerText()).trim();
  const code = (await slip.locator('.slip-code').innerText()).replace(/\s/g, '');
  expect(code).toMatch(/^[0-9A-Z]+(-[0-9A-Z]+)+$/);
  return { login, code };
}

/** The first step of `/activate`. */
export async function enterCode(page: Page, slip: Slip): Promise<void> {
  await page.goto('/activate');
  await page.getByLabel('账号名').fill(slip.login);
  await page.getByLabel('启用码').fill(slip.code);
  await page.getByRole('button', { name: '下一步' }).click();
}

/** Activates with a password and leaves `page` signed in. */
export async function setPassword(page: Page, slip: Slip, password: string): Promise<Account> {
  await enterCode(page, slip);
  const other = page.getByText('不用手机，改设密码');
  if (await other.isVisible()) await other.click();
  const form = page.locator('form', { has: page.getByRole('button', { name: '设好密码，登录' }) });
  await form.getByLabel('新密码').fill(password);
  await form.getByLabel('再输一次').fill(password);
  await form.getByRole('button', { name: '设好密码，登录' }).click();
  await page.waitForURL((url) => url.pathname !== '/activate');
  return { login: slip.login, password };
}

/** Opens the current list of a unit from `/duties`; answers its path. */
export async function openList(page: Page, unit: string, year = YEAR): Promise<string> {
  await page.goto(`/duties?year=${year}&q=${encodeURIComponent(unit)}`);
  await page.getByRole('row', { name: new RegExp(unit) }).getByRole('link', { name: /履责清单$/ }).click();
  await page.waitForURL(/\/duties\/lists\/[^/?]+$/);
  await expect(page.getByRole('heading', { level: 1, name: new RegExp(unit) })).toBeVisible();
  return new URL(page.url()).pathname;
}
