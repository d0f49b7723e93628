// What 容错纠错 promises: facts and procedure, four hands, nobody else reads it; the result is told with a number and a
// 勉励谈话 is suggested, never ticked.
import { deputy, leader, liaison, office } from '../accounts';
import { expect, test } from '../fixtures';

test.describe('容错纠错', () => {
  test.use({ account: leader });

  test('goes from a head through three other hands to its result', { tag: '@phone' }, async ({ page, as, shot }) => {
    const matter = `试点延期${Math.random().toString(36).slice(2, 8)}`;
    await page.goto('/tolerance');
    const ask = page.locator('#ask');
    await ask.getByLabel('哪件事').selectOption('matter');
    await ask.getByLabel(/其他事项的名称/).fill(matter);
    await ask.getByRole('radio', { name: '本人' }).check({ force: true });
    await ask.getByLabel('事情经过').fill('经党组会研究后先行试点，比计划晚了一个月。');
    await ask.getByLabel('原因').fill('没有先例可循。');
    await shot('tolerance-ask');
    await ask.getByRole('button', { name: '提交' }).tap();
    // One part is missing: refused, and every word is kept.
    await expect(page.getByRole('alert')).toContainText('已采取的补救措施还没有填写');
    await expect(page.locator('#ask').getByLabel('事情经过')).toHaveValue(/先行试点/);
    await page.locator('#ask').getByLabel('已采取的补救措施').fill('已调整方案。');
    await page.locator('#ask').getByRole('button', { name: '提交' }).tap();
    await expect(page.getByRole('heading', { name: matter })).toBeVisible();
    const place = new URL(page.url()).pathname;

    const desk = await as(office);
    await desk.goto(place);
    const names = await desk.getByLabel('核实人').locator('option').allInnerTexts();
    expect(names.length).toBeGreaterThan(1);
    const verifier = names.find((name) => name !== '请选一位')!;
    await desk.getByLabel('核实人').selectOption({ label: verifier });
    await desk.getByRole('button', { name: '受理', exact: true }).click();
    await expect(desk.getByText('核实中').first()).toBeVisible();
    await expect(desk.getByText(verifier).first()).toBeVisible();

    // Until it is told, the head reads that it is being verified.
    await page.goto(place);
    await expect(page.getByText('核实中').first()).toBeVisible();
    await expect(page.getByText('还没有结果')).toBeVisible();
    await shot('tolerance-case');
  });
});

test.describe('a decided case', () => {
  test.use({ account: deputy });

  test('suggests a talk that nobody ticked', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }) => {
    await page.goto('/tolerance');
    await page.getByRole('link', { name: /闲置厂房改造试点延期/ }).click();
    await expect(page.getByRole('heading', { name: '建议开展勉励谈话' })).toBeVisible();
    await expect(page.getByRole('radio', { name: '已谈' })).not.toBeChecked();
    await expect(page.getByRole('radio', { name: '不需要' })).not.toBeChecked();
    await shot('tolerance-told');
    await page.getByRole('link', { name: '认定书' }).click();
    await expect(page.getByText('容错纠错认定书').first()).toBeVisible();
    await expect(page.getByText(/〔\d+〕\d+号/).first()).toBeVisible();
    await shot('tolerance-paper');
  });
});

test.describe('whoever has no part in it', () => {
  test.use({ account: liaison, tolerated: [/status of 404/] });

  test('finds no such page', { tag: '@tierB' }, async ({ page }) => {
    await page.goto('/tolerance');
    await expect(page.getByRole('alert')).toContainText('没有找到这个页面');
  });
});
