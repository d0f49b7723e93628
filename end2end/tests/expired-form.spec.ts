// A form sent after its session had ended, without scripts: nothing typed is lost, and nothing is saved before its owner
// has signed in and said so.
import { leader } from '../accounts';
import { expect, test } from '../fixtures';

test.use({ account: leader, javaScriptEnabled: false, tolerated: [/status of (401|422)/] });

test('an expired session keeps what was typed, and saves it once', { tag: '@tierB' }, async ({ page, context, shot }) => {
  const words = `会话过期时写的·${Math.random().toString(36).slice(2, 8)} <b>"两件"</b>`;
  await page.goto('/records/new');
  await page.getByLabel('内容', { exact: true }).fill(words);
  // Only this browser's: others of the worker share the session.
  await context.clearCookies({ name: 'wuze' });
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('请重新登录');
  await expect(page.locator('main')).toContainText('刚才填写的内容带在这一页里');
  await expect(page.locator('main')).not.toContainText('已保留');
  await shot('expired');

  const signIn = async (password: string) => {
    await page.getByLabel('账号名').fill(leader.login);
    await page.getByLabel('密码', { exact: true }).fill(password);
    await page.getByRole('button', { name: '登录', exact: true }).click();
  };
  await signIn('bu-dui-de-mi-ma');
  await expect(page.getByRole('alert')).toContainText('账号名或密码不对');
  await signIn(leader.password);
  await expect(page.getByRole('status')).toContainText('已登录。刚才填写的内容还在，还没有保存。');
  await shot('signed-in-again');
  await page.getByRole('button', { name: '继续提交' }).click();
  await expect(page.getByText(/记在第 \d+ 页/)).toBeVisible();
  await page.goto('/records');
  await expect(page.locator('main').getByText(words)).toHaveCount(1);
});

test('what is not wanted any more is not sent', { tag: '@tierB' }, async ({ page, context }) => {
  const words = `不要了的一句·${Math.random().toString(36).slice(2, 8)}`;
  await page.goto('/records/new');
  await page.getByLabel('内容', { exact: true }).fill(words);
  await context.clearCookies({ name: 'wuze' });
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await page.getByLabel('账号名').fill(leader.login);
  await page.getByLabel('密码', { exact: true }).fill(leader.password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page.getByRole('status')).toContainText('现在登录的是');
  await page.getByRole('link', { name: '不要了' }).click();
  await page.goto('/records');
  await expect(page.locator('main').getByText(words)).toHaveCount(0);
});
