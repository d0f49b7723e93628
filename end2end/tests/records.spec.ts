// The promise of 履责: one sentence, four taps, on the board at once; on the oldest browser too.
import * as accounts from '../accounts';
import { expect, test } from '../fixtures';

test.describe('随手记', () => {
  test.use({ account: accounts.leader });

  test('four taps from the home to a saved record', { tag: '@phone' }, async ({ page, shot }) => {
    await page.goto('/home');
    await expect(page.locator('html')).toHaveAttribute('data-ready', '');
    await expect(page.getByRole('heading', { name: '本月履责提醒' })).toBeVisible();
    await shot('home');
    let taps = 0;
    const tap = async (target: ReturnType<typeof page.locator>) => {
      taps += 1;
      await target.tap();
    };
    await tap(page.getByRole('link', { name: '随手记' }));
    await expect(page.getByLabel('内容', { exact: true })).toBeVisible();
    await page.getByLabel('内容', { exact: true }).fill('上午到政务服务窗口蹲点，当场定了合并两张表。');
    await tap(page.getByRole('radio', { name: '蹲点调研' }));
    const suggested = page.locator('.choice.suggested').getByRole('checkbox').first();
    await expect(suggested).toBeVisible();
    // Suggested, never ticked.
    await expect(page.locator('input[name=duty]:checked')).toHaveCount(0);
    await tap(suggested);
    await shot('entry');
    await tap(page.getByRole('button', { name: '保存' }));
    await expect(page.getByText('已保存')).toBeVisible();
    await expect(page.getByText(/记在第 \d+ 页/)).toBeVisible();
    expect(taps).toBe(4);
    await shot('saved');
  });

  test('without scripts the same form saves', { tag: '@tierB' }, async ({ page, shot }) => {
    await page.goto('/records/new');
    await page.getByLabel('内容', { exact: true }).fill('没有脚本也能记一条。');
    await page.getByRole('button', { name: '保存' }).click();
    await expect(page.getByText(/记在第 \d+ 页/)).toBeVisible();
    await shot('saved');
  });

  test('a refused form keeps every word', { tag: '@tierB' }, async ({ page, shot }) => {
    await page.goto('/records/new');
    await page.getByLabel('内容', { exact: true }).fill('与证件号11010519491231002X的同志谈话');
    await page.getByRole('button', { name: '保存' }).click();
    await expect(page.getByRole('alert')).toContainText('身份证号');
    await expect(page.getByLabel('内容', { exact: true })).toHaveValue('与证件号11010519491231002X的同志谈话');
    await shot('refused');
  });

  test('a correction shows both texts', { tag: '@tierB' }, async ({ page }) => {
    await page.goto('/records/new');
    await page.getByLabel('内容', { exact: true }).fill('与两名干部谈心');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('更正…').click();
    await page.getByLabel('更正后的内容').fill('与三名干部谈心');
    await page.locator('#reason').fill('人数写错了');
    await page.getByRole('button', { name: '保存更正' }).click();
    await expect(page.locator('del')).toContainText('与两名干部谈心');
    await expect(page.locator('ins')).toContainText('与三名干部谈心');
  });

  test('details follow the sentence, on the page of the record', { tag: '@phone' }, async ({ page, shot }) => {
    await page.goto('/records/new');
    await expect(page.locator('html')).toHaveAttribute('data-ready', '');
    await page.getByLabel('内容', { exact: true }).fill('到窗口蹲点，收了三条意见。');
    // Folded: nothing stands between the sentence and 保存.
    await expect(page.getByLabel('交办给谁')).toBeHidden();
    await page.getByRole('radio', { name: '蹲点调研' }).check();
    await page.getByText('补充细节（可不填）').tap();
    await expect(page.getByLabel('交办给谁')).toBeVisible();
    await expect(page.getByLabel('谈话要点')).toBeHidden();
    await page.getByLabel('地点', { exact: true }).fill('政务服务大厅');
    await page.getByRole('button', { name: '保存' }).tap();
    await expect(page.getByText(/记在第 \d+ 页/)).toBeVisible();
    await page.getByText('补充细节…').tap();
    await page.getByLabel('交办给谁').fill('综合科');
    await shot('details');
    await page.getByRole('button', { name: '保存细节' }).tap();
    await expect(page.locator('dl.kv')).toContainText('综合科');
    await expect(page.locator('dl.kv')).toContainText('政务服务大厅');
    // What only fills in is a 补充, no 更正.
    await expect(page.locator('.diff-inline').first()).toContainText('综合科');
    await expect(page.locator('.tag')).toContainText('补充');
    await expect(page.locator('del')).toHaveCount(0);
  });

  test('a clue-like word costs one tap', { tag: '@tierB' }, async ({ page, shot }) => {
    await page.goto('/records/new');
    const sentence = '研究问题线索管理办法。';
    await page.getByLabel('内容', { exact: true }).fill(sentence);
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await expect(page.getByRole('alert')).toContainText('线索');
    await expect(page.getByLabel('内容', { exact: true })).toHaveValue(sentence);
    await shot('look-again');
    await page.getByRole('button', { name: '不涉及具体内容，仍然保存' }).click();
    await expect(page.getByText(/记在第 \d+ 页/)).toBeVisible();
    await expect(page.locator('p.read')).toContainText(sentence);
  });

  test('a mobile number can be masked in one tap', { tag: '@tierB' }, async ({ page }) => {
    await page.goto('/records/new');
    await page.getByLabel('内容', { exact: true }).fill('与经营户（13800000000）座谈。');
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await expect(page.getByRole('button', { name: '保留号码并保存' })).toBeVisible();
    await page.getByRole('button', { name: '把号码中间四位遮住再保存' }).click();
    await expect(page.locator('p.read')).toContainText('与经营户（138****0000）座谈。');
  });

  test('an input method composes undisturbed', async ({ page }) => {
    await page.goto('/records/new');
    await expect(page.locator('html')).toHaveAttribute('data-ready', '');
    const text = page.getByLabel('内容', { exact: true });
    await text.focus();
    await text.evaluate((el) => {
      const seen = { started: 0, submitted: 0 };
      Object.assign(window, { seen });
      el.addEventListener('compositionstart', () => (seen.started += 1));
      document.addEventListener('submit', () => (seen.submitted += 1), true);
    });
    const cdp = await page.context().newCDPSession(page);
    let typed = '';
    for (const [spelt, word] of [
      ['dun dian', '蹲点'],
      ['diao yan', '调研'],
    ]) {
      for (let n = 1; n <= spelt.length; n += 1) {
        await cdp.send('Input.imeSetComposition', { text: spelt.slice(0, n), selectionStart: n, selectionEnd: n });
      }
      // Enter while composing belongs to the input method.
      await cdp.send('Input.dispatchKeyEvent', {
        type: 'rawKeyDown',
        key: 'Enter',
        code: 'Enter',
        windowsVirtualKeyCode: 229,
        nativeVirtualKeyCode: 229,
      });
      await cdp.send('Input.insertText', { text: word });
      typed += word;
      await expect(text).toHaveValue(typed);
    }
    const seen = await page.evaluate(() => (window as unknown as { seen: { started: number; submitted: number } }).seen);
    expect(seen).toEqual({ started: 2, submitted: 0 });
    await expect(page).toHaveURL(/\/records\/new$/);
  });
});

test('what the leader records stands on the board of the office', async ({ as }) => {
  const leader = await as(accounts.leader);
  await leader.goto('/records/new');
  await leader.getByLabel('内容', { exact: true }).fill('专题研究全面从严治党，定了三件事。');
  await leader.getByRole('radio', { name: '专题研究部署' }).click();
  const chip = leader.locator('.choice.suggested label').first();
  const code = (await chip.textContent())?.trim().split(' ')[0] ?? '';
  await chip.getByRole('checkbox').check();
  await leader.getByRole('button', { name: '保存' }).click();
  await expect(leader.getByText('已保存')).toBeVisible();
  expect(code).toMatch(/^\d+\.\d+$/);

  const office = await as(accounts.office);
  await office.goto('/board');
  await expect(office.locator('html')).toHaveAttribute('data-ready', '');
  await leader.goto('/home');
  // 「…　·　西桥街道党工委书记」
  const unit = (await leader.locator('.phone-head small').textContent())?.split('·').pop()?.trim().replace(/党.*$/, '') ?? '';
  expect(unit).not.toBe('');
  await office.getByRole('row', { name: new RegExp(unit) }).locator('td.lv a').click();
  const drawer = office.getByRole('complementary', { name: '详情' });
  await expect(drawer.getByRole('heading', { name: new RegExp(`${unit} · 履责`) })).toBeVisible();
  await drawer.getByRole('link', { name: new RegExp(`^${code.replace('.', '\\.')} `) }).click();
  await expect(drawer.locator('.thread')).toContainText('专题研究部署');
  await expect(office).toHaveURL(/item=/);
  // Back without losing the place.
  await office.goBack();
  await expect(drawer.getByRole('heading', { name: new RegExp(`${unit} · 履责`) })).toBeVisible();
});

test('a 代录 is changed by its author, read in the list, and sent back from there', { tag: '@tierB' }, async ({ as, shot }) => {
  const liaison = await as(accounts.liaison);
  for (const [sentence, wrong] of [
    ['组织学习党纪条例，定了两件事。', false],
    ['陪同到窗口蹲点半天。', true],
  ] as const) {
    await liaison.goto('/records/new');
    await liaison.getByLabel('内容', { exact: true }).fill(wrong ? '陪同到窗口蹲点。' : sentence);
    await liaison.getByRole('button', { name: '保存', exact: true }).click();
    await expect(liaison.getByText('已保存')).toBeVisible();
    if (!wrong) continue;
    await liaison.getByText('修改…').click();
    await liaison.getByLabel('修改后的内容').fill(sentence);
    await liaison.getByRole('button', { name: '保存修改' }).click();
    await expect(liaison.locator('.tag', { hasText: '已修改' })).toBeVisible();
    await shot('changed');
  }
  const leader = await as(accounts.leader);
  await leader.goto('/todo');
  await expect(leader.getByText('确认代录：陪同到窗口蹲点半天。')).toBeVisible();
  await expect(leader.getByText('已修改').first()).toBeVisible();
  // Without a reason the page says so at the field.
  await leader.getByRole('button', { name: '全部退回' }).click();
  await expect(leader.locator('#reason-e')).toContainText('全部退回的原因还没有填写');
  await shot('refused');
  await leader.getByLabel('全部退回的原因').fill('请写明时间和地点');
  await leader.getByRole('button', { name: '全部退回' }).click();
  await expect(leader.getByText(/已退回 \d+ 条/)).toBeVisible();
});
