// What “三交底” promises: a new head is registered, the three lists are prepared and approved by another hand, the talk is
// signed on a phone, every problem is on the account, the plan names who and until when, and nobody reads what is not his.
import type { Page } from '@playwright/test';
import { liaison, newleader, office, secretary, supervisor, team } from '../accounts';
import { expect, test } from '../fixtures';

const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

/** Adds a problem on the page of the lists. */
async function problem(page: Page, symptom: string): Promise<void> {
  const form = page.locator('#problem-form');
  await form.getByLabel('方面').selectOption({ index: 1 });
  await form.getByLabel(/病症/).fill(symptom);
  await form.getByLabel(/病因/).fill('研究部署不经常');
  await form.getByLabel(/处方/).fill('每季度专题研究一次');
  await form.getByRole('button', { name: '添加' }).click();
  await expect(page.locator('#problem')).toContainText(symptom);
}

test.describe('the office', () => {
  test.use({ account: office });

  test('leads a talk from the arrival to the account', { tag: '@desktop' }, async ({ page, as, shot }) => {
    test.setTimeout(180_000);
    await page.goto('/talks');
    await expect(page.getByRole('heading', { name: '“三交底”廉政谈话', level: 1 })).toBeVisible();
    await shot('talks-list');
    const due = page.locator('#due tbody tr', { hasText: '区教育局' });
    const name = (await due.locator('td').nth(2).innerText()).split('，')[0];
    await due.getByRole('checkbox').check();
    await page.getByRole('button', { name: '登记谈话' }).click();
    await expect(page.getByRole('status')).toContainText('已登记');
    const place = new URL(page.url()).pathname.replace(/\/prepare$/, '');

    // Nothing empty goes on; what was typed stays where a word is missing.
    await expect(page.getByText('报审前还需要')).toBeVisible();
    const form = page.locator('#problem-form');
    await form.getByLabel('方面').selectOption({ index: 1 });
    await form.getByLabel(/病症/).fill('专题研究不经常');
    await form.getByRole('button', { name: '添加' }).click();
    await expect(page.getByRole('alert')).toContainText('病因');
    await expect(page.locator('#problem-form').getByLabel(/病症/)).toHaveValue('专题研究不经常');
    await problem(page, '专题研究不经常');
    await problem(page, '学校食堂招标把关不严');
    const duty = page.locator('#duty-form');
    await duty.getByLabel('履责事项').fill('每季度专题研究学校食堂管理');
    await duty.getByLabel('频次').selectOption('quarterly');
    await duty.getByRole('button', { name: '添加' }).click();
    // The register of risks is only offered: a tick takes one over.
    const risk = page.locator('#facts tr', { hasText: '岗位廉政风险库' }).first();
    await risk.getByRole('checkbox').check();
    await page.getByRole('button', { name: '把勾选的加入清单' }).click();
    await expect(page.locator('#risk tbody tr')).toHaveCount(1);
    await shot('talks-prepare');
    await page.goto(place);
    await page.getByRole('button', { name: '提请书记审定' }).click();
    await expect(page.getByRole('status')).toContainText('已提请');

    // Before the talk nothing of it is the unit's.
    const head = await as(newleader);
    const hidden = await head.goto(place);
    expect(hidden!.status()).toBe(404);

    const chief = await as(secretary);
    await chief.goto(place);
    await chief.getByRole('button', { name: '审定同意' }).click();
    await expect(chief.getByRole('status')).toContainText('已审定');
    await page.goto(place);
    const lead = page.locator('#delegate');
    await lead.getByLabel('姓名', { exact: true }).selectOption({ index: 1 });
    await lead.getByRole('button', { name: '确定' }).click();
    await expect(page.locator('#facts')).toContainText('区纪委书记');
    const hold = page.locator('#hold');
    await hold.getByLabel('谈话地点').fill('区纪委谈话室');
    await hold.getByLabel('记录人').fill('林思源');
    await hold.getByLabel('谈话要点').fill('逐条指出问题，交三张清单');
    await hold.getByLabel('谈话对象表态').fill('照单整改');
    await hold.getByRole('button', { name: '登记谈话' }).click();
    await expect(page.getByRole('status')).toContainText('已登记谈话');
    await shot('talks-held');

    // Record and promise are signed on a phone.
    await head.setViewportSize({ width: 390, height: 844 });
    for (const paper of ['廉政谈话记录表', '廉洁从政承诺书']) {
      await head.goto(place);
      expect(await fits(head)).toBe(true);
      await expect(head.locator('#sign')).toContainText(`${paper}：${name}`);
      await head.locator('#sign').getByLabel('不便手写时，输入姓名').fill(name);
      await head.locator('#sign').getByRole('button', { name: '签字' }).click();
      await expect(head.getByRole('status')).toContainText('已签字');
    }
    await chief.goto(place);
    const box = chief.locator('#sign canvas');
    await box.scrollIntoViewIfNeeded();
    const at = (await box.boundingBox())!;
    await chief.mouse.move(at.x + 20, at.y + 40);
    await chief.mouse.down();
    for (const step of [60, 110, 160, 210]) await chief.mouse.move(at.x + step, at.y + 30 + (step % 50));
    await chief.mouse.up();
    await chief.locator('#sign').getByRole('button', { name: '签字', exact: true }).click();
    await expect(chief.getByRole('status')).toContainText('已签字');
    await head.goto(place);
    await expect(head.locator('#lists')).toContainText('专题研究不经常');
    await expect(head.locator('#plan tbody tr')).toHaveCount(2);
    await expect(head.getByText('日常监督检查')).toHaveCount(0);
    await head.screenshot({ path: 'shots/talks-signed-390.png', fullPage: true, animations: 'disabled' });
    await page.goto('/accountability?kind=talk');
    await expect(page.locator('tbody')).toContainText('学校食堂招标把关不严');
    await page.goto(`/documents/talk-record/${place.split('/').pop()}/print`);
    await expect(page.getByText('廉政谈话记录表').first()).toBeVisible();
    await shot('talks-record');
  });

  test('sets who talks and refuses a circle', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }) => {
    await page.goto('/talks/settings');
    await page.getByLabel('区纪委书记可以委托派驻机构负责人').check();
    await page.getByLabel('区纪委副书记（常委）可以委托派驻机构负责人').check();
    await page.getByLabel('派驻机构负责人可以委托区纪委副书记（常委）').check();
    await page.getByRole('button', { name: '保存' }).click();
    await expect(page.getByRole('alert')).toContainText('绕了一圈');
    await expect(page.getByLabel('派驻机构负责人可以委托区纪委副书记（常委）')).toBeChecked();
    await shot('talks-settings');
  });

  test('reads a talk that was signed, with both sides of its account', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }) => {
    await page.goto('/talks?state=signed');
    await page.locator('tbody a[href^="/talks/0"]', { hasText: '区住房建设局' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('区住房建设局');
    await expect(page.locator('#stages')).toBeVisible();
    await expect(page.locator('#account')).toContainText('印证充分');
    await expect(page.locator('#close')).toContainText('落实情况报告没有备案');
    await shot('talks-signed');
  });
});

test.describe('others', () => {
  test('a body that does not supervise the unit finds nothing', { tag: '@desktop' }, async ({ as }) => {
    const page = await as(office);
    await page.goto('/talks?state=signed');
    const place = (await page.locator('tbody a[href^="/talks/0"]', { hasText: '区住房建设局' }).getAttribute('href'))!;
    for (const who of [supervisor, liaison]) {
      const other = await as(who);
      const reply = await other.goto(place);
      if (reply!.status() === 404) continue;
      // Who supervises it by the 归口表 reads it without the internal sources.
      await expect(other.getByText('日常监督检查')).toHaveCount(0);
    }
  });

  test('the 派驻组 keeps its register on a phone', { tag: '@phone' }, async ({ as }) => {
    const page = await as(team);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto('/talks/risks');
    expect(await fits(page)).toBe(true);
    await page.getByLabel('岗位', { exact: true }).fill('采购岗');
    await page.getByLabel('风险点', { exact: true }).fill(`验收走过场${Math.random().toString(36).slice(2, 6)}`);
    await page.getByLabel('等级').selectOption('middle');
    await page.getByLabel('防控措施').fill('两人验收');
    await page.getByLabel('责任人').fill('办公室主任');
    await page.getByRole('button', { name: '添加', exact: true }).click();
    await expect(page.getByRole('status')).toContainText('已保存');
  });
});
