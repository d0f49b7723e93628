// What 减负反馈 promises: whoever finds something needless says so from where it stands, without a name if he likes; the
// office answers for everybody to read; and what repeats something is asked about before it is added.
import { general, leader, liaison, office } from '../accounts';
import { expect, test } from '../fixtures';

test.describe('减负反馈', () => {
  test.use({ account: leader });

  test('a head says it from his list, the office answers, the page shows the rate', { tag: '@phone' }, async ({ page, as, shot }) => {
    await page.goto('/duties/mine');
    const item = page.locator('a[href^="/relief?about=item:"]').first();
    await expect(item).toBeVisible();
    const about = new URL((await item.getAttribute('href'))!, page.url()).searchParams.get('about')!;
    await item.tap();
    await expect(page.getByRole('heading', { name: '这条没必要' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('data-ready', '');
    await expect(page.getByLabel('哪件事')).toHaveValue(about);
    const words = `和别的一条是一回事·${Math.random().toString(36).slice(2, 8)}`;
    await page.getByLabel(/想说的话/).fill(words);
    await page.getByLabel(/可以公开我写的话/).check();
    await shot('relief-suggest');
    await page.getByRole('button', { name: '提交建议' }).tap();
    await expect(page.getByRole('status').filter({ hasText: '已提交' })).toBeVisible();
    const mine = page.locator('#mine li', { hasText: words });
    await expect(mine).toContainText('待答复');

    const desk = await as(office);
    await desk.goto('/relief');
    await expect(desk.locator('html')).toHaveAttribute('data-ready', '');
    const row = desk.locator('#open > ul > li', { hasText: words });
    await row.locator('summary').click();
    await row.getByRole('radio', { name: '采纳', exact: true }).check({ force: true });
    await row.getByLabel(/改了什么/).fill('下一版清单起合并为一条');
    await row.getByRole('button', { name: '公开答复' }).click();
    await expect(desk.getByRole('status').filter({ hasText: '已答复' })).toBeVisible();

    await page.goto('/relief');
    await expect(page.locator('#mine li', { hasText: words })).toContainText('采纳');
    await expect(page.locator('#answers')).toContainText(/采纳率 \d+%/);
    await expect(page.locator('#answers li', { hasText: words })).toContainText('下一版清单起合并为一条');
    await expect(page.locator('#figures')).toContainText('估算用时（分钟）');
    await expect(page.locator('svg.relief-chart')).toBeVisible();
    await shot('relief');
  });
});

test.describe('without scripts', () => {
  test.use({ account: liaison });

  test('nobody learns who suggested without a name', { tag: '@tierB' }, async ({ page, as, shot }) => {
    await page.goto('/relief?about=rule:hard#suggest');
    await expect(page.getByLabel('哪件事')).toHaveValue('rule:hard');
    await expect(page.getByText('不存您的账号、姓名和提交的时刻')).toBeVisible();
    const words = `不署名的一句·${Math.random().toString(36).slice(2, 8)}`;
    await page.getByLabel(/想说的话/).fill(words);
    await page.getByLabel('不署名', { exact: true }).check();
    await page.getByRole('button', { name: '提交建议' }).click();
    await expect(page.getByRole('status').filter({ hasText: '没有记下是谁提的' })).toBeVisible();
    await expect(page.locator('#mine')).toHaveCount(0);
    await shot('relief-nameless');

    const desk = await as(office);
    await desk.goto('/relief');
    const row = desk.locator('#open > ul > li', { hasText: words });
    await expect(row).toContainText('硬性事项逾期变红');
    await expect(row).toContainText(`不署名：${words}`);
  });
});

test.describe('a refused suggestion without a name', () => {
  test.use({ account: liaison, tolerated: [/status of 422/] });

  test('keeps its words on the page of the answer and goes out from there', { tag: '@tierB' }, async ({ page, shot }) => {
    await page.goto('/relief#suggest');
    await page.getByLabel('哪件事').selectOption('other');
    await page.getByLabel('不署名', { exact: true }).check();
    await page.getByLabel(/可以公开我写的话/).check();
    await page.getByRole('button', { name: '提交建议' }).click();
    await expect(page.getByRole('alert')).toContainText('还没有写是什么事');
    await expect(page.getByLabel('哪件事')).toHaveValue('other');
    await expect(page.getByLabel(/可以公开我写的话/)).toBeChecked();
    await shot('relief-nameless-refused');
    await page.getByLabel(/想说的话/).fill('通知少转一次');
    await page.getByRole('button', { name: '不署名提交' }).click();
    await expect(page.getByRole('status').filter({ hasText: '没有记下是谁提的' })).toBeVisible();
  });
});

test.describe('a refused suggestion', () => {
  test.use({ account: general });

  test('keeps its words', { tag: '@tierB' }, async ({ page }) => {
    await page.goto('/relief');
    await page.getByLabel(/想说的话/).fill('没有选是哪件事');
    await page.getByRole('button', { name: '提交建议' }).click();
    await expect(page.getByRole('alert')).toContainText('还没有选是哪件事');
    await expect(page.getByLabel(/想说的话/)).toHaveValue('没有选是哪件事');
  });
});

test.describe('what repeats something', () => {
  test.use({ account: office });

  test('is asked about before it is added', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }) => {
    await page.goto('/duties/tasks');
    const form = page.locator('form[action="/duties/tasks/add"]');
    const year = await form.locator('input[name=year]').inputValue();
    await form.getByLabel('任务').fill('修订五张责任清单并公开');
    await form.getByLabel('完成时限').fill(`${year}-12-18`);
    await form.getByLabel('责任人').fill('办公室');
    await form.getByRole('button', { name: '添加' }).click();
    await expect(page.getByRole('alert')).toContainText('很相近，还没有添加');
    await expect(form.getByLabel('任务')).toHaveValue('修订五张责任清单并公开');
    await shot('relief-repeats');
    await form.getByLabel(/仍要添加/).check();
    await form.getByRole('button', { name: '添加' }).click();
    await expect(page.getByRole('status').filter({ hasText: '已保存' })).toBeVisible();
  });
});
