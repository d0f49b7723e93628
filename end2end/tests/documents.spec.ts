// What 文号 and 通报 promise: a number is set once, used once, and stays as a stub when it is voided; a 通报 needs another
// hand, gets its number with the seal and is received by each unit.
import { deputy, general, leader, office } from '../accounts';
import { expect, test } from '../fixtures';

const mark = () => Math.random().toString(36).slice(2, 8);

test.describe('文号', () => {
  test.use({ account: general });

  test('a number is taken, found in the register and voided', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }) => {
    await page.goto('/numbers');
    await expect(page.getByRole('heading', { name: '文号', level: 1 })).toBeVisible();
    const row = page.locator('#row-prompt');
    const next = (await row.getByText(/〔\d+〕\d+号/).innerText()).trim();
    const title = `关于报送材料的提示单·${mark()}`;
    const take = page.locator('#take');
    await take.getByLabel('文书', { exact: true }).selectOption('prompt');
    await take.getByLabel('文书标题').fill(title);
    await take.getByRole('button', { name: '取号' }).click();
    await expect(page.getByRole('status')).toContainText(`已取号 ${next}`);
    const line = page.locator('#register tr', { hasText: title });
    await expect(line).toContainText(next);
    await shot('numbers');

    // Brought again: refused with its holder, and what was typed is kept.
    const bring = page.locator('#bring');
    await bring.getByLabel('文书', { exact: true }).selectOption('prompt');
    await bring.getByLabel(/号数/).fill(next.match(/〕(\d+)号/)![1]);
    await bring.getByLabel('文书标题').fill('另一份');
    await bring.getByRole('button', { name: '登记' }).click();
    await expect(page.getByRole('alert')).toContainText('同一个文号不能用两次');
    await expect(page.locator('#bring').getByLabel('文书标题')).toHaveValue('另一份');

    await page.goto('/numbers');
    const again = page.locator('#register tr', { hasText: title });
    await again.locator('summary').click();
    await again.getByLabel(/作废.*的原因/).fill('抬头有误');
    await again.getByRole('button', { name: '作废', exact: true }).click();
    await expect(page.locator('#register tr', { hasText: title })).toContainText('抬头有误');
    await shot('numbers-void');
  });
});

test.describe('通报', () => {
  test.use({ account: office });

  test('is approved by another, numbered with the seal and received', { tag: ['@desktop', '@tierB'] }, async ({ page, as, shot }) => {
    const title = `文风会风抽查情况${mark()}`;
    await page.goto('/letters');
    const write = page.locator('#write');
    await write.getByLabel(/^标题/).fill(title);
    await write.getByLabel('基本情况').fill('监督中发现，个别会议开得偏长。');
    await write.getByLabel(/有关要求/).fill('能合并的会议合并召开。');
    await write.getByLabel('全部单位').check({ force: true });
    await write.getByRole('button', { name: '保存' }).click();
    await expect(page.getByRole('status')).toContainText('已保存');
    const place = new URL(page.url()).pathname;
    await page.getByRole('button', { name: '报审' }).click();
    await expect(page.getByText('待审定').first()).toBeVisible();

    const second = await as(deputy);
    await second.goto(place);
    await second.getByRole('button', { name: '同意印发' }).click();
    await expect(second.getByText('待编号用印').first()).toBeVisible();

    const seal = await as(general);
    await seal.goto(place);
    await seal.getByRole('button', { name: /编号用印/ }).click();
    await expect(seal.getByText(/〔\d+〕\d+号/).first()).toBeVisible();
    await shot('letter');

    const head = await as(leader);
    await head.goto(place);
    await head.getByRole('button', { name: /^签收/ }).click();
    await expect(head.locator('#receipts')).not.toContainText('待签收');
    await head.goto(`/documents/circular/${place.split('/').pop()}/page`);
    await expect(head.getByText(`关于${title}的通报`).first()).toBeVisible();
    await expect(head.getByText(/〔\d+〕\d+号/).first()).toBeVisible();
  });
});

test.describe('a refused 通报', () => {
  test.use({ account: office });

  test('keeps its words', { tag: '@tierB' }, async ({ page }) => {
    await page.goto('/letters');
    const write = page.locator('#write');
    await write.getByLabel(/^标题/).fill('没有选单位的');
    await write.getByLabel('基本情况').fill('写了一段。');
    await write.getByRole('button', { name: '保存' }).click();
    await expect(page.getByRole('alert')).toContainText('还没有选收文单位');
    await expect(page.locator('#write').getByLabel('基本情况')).toHaveValue('写了一段。');
  });
});
