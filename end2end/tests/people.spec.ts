// Accounts: from the printed slip to the first page, and nobody alone gives a role of the whole district.
import * as accounts from '../accounts';
import { enterCode, openPerson, printSlip, setPassword } from '../district';
import { expect, test } from '../fixtures';

// A refused sign-in or code is answered with its status.
test.use({ tolerated: [/status of 422/] });

test('a slip becomes a password, and the code opens once', { tag: '@tierB' }, async ({ page, as, shot }) => {
  const admin = await as(accounts.sysadmin);
  const slip = await printSlip(admin, '叶伟');
  await enterCode(page, slip);
  await expect(page.getByText('叶伟，您好。请为自己设一个密码。')).toBeVisible();
  await shot('activate');
  // A refused choice does not use the code up.
  await page.getByLabel('新密码').fill('12345678');
  await page.getByLabel('再输一次').fill('12345678');
  await page.getByRole('button', { name: '设好密码，登录' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await setPassword(page, slip, '春江潮水连海平夜');
  await expect(page.getByText('叶伟').first()).toBeVisible();
  await page.context().clearCookies();
  await enterCode(page, slip);
  await expect(page.getByRole('alert')).toBeVisible();
  await page.goto('/signin');
  await page.getByLabel('账号').fill(slip.login);
  await page.getByLabel('密码', { exact: true }).fill('春江潮水连海平夜');
  await page.getByRole('button', { name: '登录' }).click();
  await page.waitForURL((url) => url.pathname !== '/signin');
});

test('a leader binds the phone in hand and comes back with six digits', { tag: '@phone' }, async ({ page, as, shot }) => {
  const slip = await printSlip(await as(accounts.office), '苏明辉');
  await enterCode(page, slip);
  await page.getByLabel('六位密码').fill('507291');
  await page.getByLabel('再输一次').first().fill('507291');
  await shot('bind');
  await page.getByRole('button', { name: '绑定这台手机' }).click();
  await page.waitForURL('**/home');
  await expect(page.getByText('区民政局').first()).toBeVisible();
  await page.goto('/me');
  await expect(page.getByText('绑定的设备')).toBeVisible();
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.waitForURL(/\/(signin|pin)/);
  await page.goto('/signin');
  await page.waitForURL(/\/pin/);
  await expect(page.getByRole('heading', { name: '苏明辉，请输入密码' })).toBeVisible();
  await shot('pin');
  await page.getByLabel('六位密码').fill('507292');
  await page.getByRole('button', { name: '进入' }).click();
  await expect(page.getByRole('alert')).toContainText('密码不对');
  await page.getByLabel('六位密码').fill('507291');
  await page.getByRole('button', { name: '进入' }).click();
  await page.waitForURL('**/home');
});

test('slips of a whole unit are printed once', async ({ as, page, shot }) => {
  const office = await as(accounts.office);
  await office.goto('/people/slips');
  await office.getByRole('checkbox', { name: '区住房建设局' }).check();
  await office.getByRole('button', { name: '打印所选单位的启用单' }).click();
  await expect(office.getByText('启用码只显示这一次')).toBeVisible();
  await expect(office.locator('.slip')).toHaveCount(4);
  const first = await office.locator('.slip-code').first().innerText();
  await office.goto('/people/slips');
  await office.getByRole('checkbox', { name: '区住房建设局' }).check();
  await expect(office.getByRole('row', { name: /已打印（/ })).toHaveCount(4);
  await office.getByRole('button', { name: '打印所选单位的启用单' }).click();
  // Printing again ends the slips in hand, so it is asked first.
  await expect(office.getByRole('heading', { name: '有 4 人已经打印过启用单' })).toBeVisible();
  await office.getByRole('button', { name: '全部打印，旧码作废' }).click();
  await expect(office.locator('.slip-code').first()).not.toHaveText(first);
  await expect(office.locator('.slip svg.qr').first()).toBeVisible();
  // The code printed before is void now.
  await enterCode(page, { login: await office.locator('.slip b.mono').first().innerText(), code: first.replace(/\s/g, '') });
  await expect(page.getByRole('alert')).toBeVisible();
  await shot('void-code');
});

test('a wrong code and an unknown name get the same words', { tag: '@tierB' }, async ({ page }) => {
  const words = async (login: string) => {
    await enterCode(page, { login, code: 'AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG' });
    return page.getByRole('alert').innerText();
  };
  expect(await words('leader')).toBe(await words('nobody-of-this-name'));
});

test('an unknown user and a wrong password get one answer', { tag: '@tierB' }, async ({ page, shot }) => {
  const answer = async (login: string) => {
    await page.goto('/signin');
    await page.getByLabel('账号').fill(login);
    await page.getByLabel('密码', { exact: true }).fill('not the password');
    const [response] = await Promise.all([
      page.waitForResponse((r) => r.request().method() === 'POST'),
      page.getByRole('button', { name: '登录' }).click(),
    ]);
    await expect(page.getByLabel('账号')).toHaveValue(login);
    return [response.status(), await page.getByRole('alert').innerText()];
  };
  const known = await answer('general');
  expect(known).toEqual(await answer('nobody-of-this-name'));
  expect(known[1]).toContain('账号名或密码不对');
  await shot('refused');
});

test('sign-in without scripts leads to the page of the role', { tag: '@tierB' }, async ({ page, signIn }) => {
  for (const [account, path] of [[accounts.leader, '/home'], [accounts.office, '/board'], [accounts.security, '/people/roles']] as const) {
    await page.context().clearCookies();
    await signIn(account.login, account.password);
    expect(new URL(page.url()).pathname).toBe(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
});

test('own sessions are listed and ended', async ({ page, as, shot }) => {
  const slip = await printSlip(await as(accounts.sysadmin), '赵德明');
  const account = await setPassword(page, slip, '海上明月共潮生兮');
  const elsewhere = await as(account);
  await elsewhere.goto('/me');
  await expect(elsewhere.getByText('本次')).toBeVisible();
  await page.goto('/me');
  await expect(page.getByText('登录中的设备')).toBeVisible();
  await expect(page.getByText('本次')).toHaveCount(1);
  await shot('sessions');
  await page.getByRole('button', { name: '结束', exact: true }).click();
  await expect(page.getByText('已结束。')).toBeVisible();
  await expect(page.getByRole('button', { name: '结束', exact: true })).toHaveCount(0);
  await elsewhere.goto('/me');
  await elsewhere.waitForURL(/\/signin/);
});

test('a role of the district needs a second person', async ({ as }) => {
  const admin = await as(accounts.sysadmin);
  await openPerson(admin, '葛丽华');
  await admin.getByText('授予角色…').click();
  await admin.getByLabel('角色').selectOption({ label: '党风政风监督室' });
  await admin.getByLabel('所在单位').selectOption({ label: '党风政风监督室' });
  await admin.getByRole('button', { name: '提出' }).click();
  await expect(admin.getByText('待安全管理员确认').first()).toBeVisible();
  await admin.goto('/people/roles');
  const row = (page: typeof admin) => page.getByRole('row', { name: /葛丽华/ });
  await expect(row(admin)).toBeVisible();
  await expect(row(admin).getByRole('button', { name: '确认' })).toHaveCount(0);

  const security = await as(accounts.security);
  await security.goto('/people/roles');
  await row(security).getByRole('button', { name: '确认' }).click();
  await expect(security.getByText('角色已确认，立即生效。')).toBeVisible();
  await expect(row(security)).toContainText('党风政风监督室');
  await expect(row(security).getByRole('button', { name: '确认' })).toHaveCount(0);
});
