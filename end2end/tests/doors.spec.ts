// Doors that stay shut: another unit's things by their address, the back button after signing out, markup typed as text.
import type { Page } from '@playwright/test';
import * as accounts from '../accounts';
import { openList } from '../district';
import { expect, test } from '../fixtures';

const UNKNOWN = '01900000-0000-7000-8000-000000000000';

/** Status and visible words of a page, without its address. */
async function answer(page: Page, path: string): Promise<[number, string]> {
  const response = await page.goto(path);
  return [response!.status(), await page.locator('#main').innerText()];
}

test.describe('another unit by its address', () => {
  test.use({ tolerated: [/status of 404/] });

  test('a team of one group meets the page of what does not exist', { tag: ['@desktop', '@tierB'] }, async ({ as }) => {
    const office = await as(accounts.office);
    const list = await openList(office, '区教育局');
    await office.goto('/board');
    await office.getByRole('row', { name: /区教育局/ }).locator('td.ming a').click();
    await office.waitForURL(/post=/);
    const post = new URL(office.url()).searchParams.get('post')!;
    await office.goto('/board');
    await office.getByRole('row', { name: /西桥街道/ }).locator('td.lv a').click();
    await office.locator('.drawer .rows a').first().click();
    await office.waitForURL(/item=/);
    const item = new URL(office.url());
    const leader = await as(accounts.leader);
    await leader.goto('/records');
    const record = (await leader.locator('a[href^="/records/0"]').first().getAttribute('href'))!;

    const team = await as(accounts.team);
    const doors: [string, string][] = [
      [record, `/records/${UNKNOWN}`],
      [list, `/duties/lists/${UNKNOWN}`],
      [`${list}/compare`, `/duties/lists/${UNKNOWN}/compare`],
      [list.replace('/lists/', '/sign/'), `/duties/sign/${UNKNOWN}`],
      [`/board?post=${post}&duty=ming`, `/board?post=${UNKNOWN}&duty=ming`],
      [`/board${item.search}`, `/board${item.search.replace(/post=[^&]+/, `post=${UNKNOWN}`)}`],
      [`/records?post=${post}`, `/records?post=${UNKNOWN}`],
    ];
    for (const [theirs, nowhere] of doors) {
      const [got, wanted] = [await answer(team, theirs), await answer(team, nowhere)];
      expect(got, theirs).toEqual(wanted);
    }
    for (const [theirs] of doors.slice(0, 4)) {
      await team.goto(theirs);
      await expect(team.getByRole('alert')).toContainText('没有找到');
    }
  });
});

test('after signing out the back button shows nothing', { tag: ['@desktop', '@tierB'] }, async ({ page, signIn }) => {
  // A session of its own: the shared one must not end.
  await signIn(accounts.leader.login, accounts.leader.password);
  await page.goto('/records');
  await expect(page.getByText(/第 ?\d+ ?页/).first()).toBeVisible();
  await page.goto('/me');
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.waitForURL(/\/signin/);
  for (let steps = 0; steps < 2; steps += 1) {
    await page.goBack();
    await expect(page.getByLabel('密码', { exact: true })).toBeVisible();
    await expect(page.getByText('西桥街道')).toHaveCount(0);
  }
});

test.describe('markup typed as text', () => {
  const payload = (n: number) => `<img src=x onerror="alert(${n})"></textarea><script>alert(${n})</script>{{7*7}}`;

  /** Fails on a dialog or a CSP report; the fixture fails on console errors. */
  async function guarded(page: Page, paths: string[], words: string): Promise<void> {
    const wrong: string[] = [];
    page.on('dialog', (dialog) => { wrong.push(dialog.message()); void dialog.dismiss(); });
    await page.addInitScript(() => document.addEventListener('securitypolicyviolation', (e) => console.error(`CSP: ${e.blockedURI}`)));
    for (const path of paths) {
      await page.goto(path);
      await expect(page.locator('html')).toHaveAttribute('data-ready', '');
      await expect(page.getByText(words).first(), path).toBeVisible();
      expect(await page.locator('img[src=x]').count(), path).toBe(0);
    }
    expect(wrong).toEqual([]);
  }

  test('in a record', async ({ as }) => {
    const words = payload(1);
    const leader = await as(accounts.leader);
    await leader.goto('/records/new');
    await leader.getByLabel('内容', { exact: true }).fill(words);
    await leader.getByRole('button', { name: '保存' }).click();
    await leader.waitForURL(/saved=1/);
    const record = new URL(leader.url()).pathname;
    await guarded(leader, [record, '/records'], words);
    // A correction carries both texts, and a refused one gives the typed text back.
    await leader.goto(record);
    await leader.getByText('更正…').click();
    await expect(leader.getByLabel('更正后的内容')).toHaveValue(words);
    await leader.getByLabel('更正后的内容').fill(payload(2));
    await leader.locator('#reason').fill('');
    await leader.getByRole('button', { name: '保存更正' }).click();
    await expect(leader.getByRole('alert')).toBeVisible();
    await expect(leader.getByLabel('更正后的内容')).toHaveValue(payload(2));
    await leader.locator('#reason').fill(payload(3));
    await leader.getByRole('button', { name: '保存更正' }).click();
    await expect(leader.locator('ins')).toContainText(payload(2));
    await guarded(leader, [record, '/records'], payload(2));
    await expect(leader.locator('img[src=x]')).toHaveCount(0);
  });

  test('in the name of a unit', async ({ as }) => {
    const name = '甲<img src=x onerror=alert(4)>';
    const admin = await as(accounts.sysadmin);
    await admin.goto('/people');
    await admin.getByText('新增单位…').click();
    await admin.getByLabel(/单位名称/).fill(name);
    await admin.getByRole('button', { name: '新增', exact: true }).click();
    await expect(admin.getByText('单位已新增。')).toBeVisible();
    await admin.goto(`/people?find=${encodeURIComponent('甲<')}`);
    await admin.getByRole('link', { name }).click();
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText(name);
    await guarded(admin, [new URL(admin.url()).pathname, '/people', '/people/map'], name);
  });

  test('in an item of a list', async ({ as }) => {
    const words = payload(5);
    const office = await as(accounts.office);
    await openList(office, '区公用事业集团');
    await office.getByText('另制新版…').click();
    await office.getByRole('button', { name: '另制新版' }).click();
    await expect(office.getByText('已另制新版')).toBeVisible();
    await office.getByRole('link', { name: '添加自选动作' }).click();
    const form = office.locator('#item form');
    await form.getByLabel('编号').fill('14.9');
    await form.getByLabel('大项', { exact: true }).fill('自选动作');
    await form.getByLabel('履责条目').fill(words);
    await form.getByRole('button', { name: '保存' }).click();
    await expect(office.getByText('已保存')).toBeVisible();
    const path = new URL(office.url()).pathname;
    const edit = await office.getByRole('row', { name: /14\.9/ }).getByRole('link', { name: '修改' }).getAttribute('href');
    await guarded(office, [path, `${path}/compare`], words);
    await office.goto(edit!);
    await expect(office.locator('#item form').getByLabel('履责条目')).toHaveValue(words);
  });
});
