// The laptop dies in the middle of a meeting; another one restores the last backup and takes its address. Nobody checks in
// again, nobody types his sheet again, and nothing of the dead round is pretended to count.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import * as accounts from '../accounts';
import { expect } from '../fixtures';
import { choose, comeIn, opened, phone, place, run, serve, state, step, test, until } from '../hall';
import { picture, seal } from '../meeting';

// The line is meant to break.
test.use({ halls: 1, tolerated: [/ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/] });

test('a standby laptop goes on with the meeting', async ({ as, browser, server }) => {
  test.setTimeout(180_000);
  const meeting = server.meetings[0];
  const path = `/hall/${meeting.meeting}`;
  const operator = await as(accounts.office);
  const screen = await operator.context().newPage();
  await screen.setViewportSize({ width: 1920, height: 1080 });
  await screen.goto(`/screen/${meeting.meeting}`);
  const contexts = [];
  const phones: Page[] = [];
  for (let i = 0; i < 5; i += 1) {
    // A line that breaks is noise in every browser; the test looks at what the pages say.
    contexts.push(await phone(browser, server, []));
    phones.push(await comeIn(screen, contexts[i], meeting, i));
  }
  const [first, second] = phones;
  await operator.goto(path);
  expect(await step(operator)).toBe('开始测评');
  for (const page of phones) await opened(page);
  expect(await step(operator)).toMatch(/^请.+述责$/);
  const speaker = (await operator.locator('#live .who').first().innerText()).trim().split(/\s/)[0];
  await choose(second, '好');
  await second.getByRole('button', { name: '提交' }).click();
  await expect(state(second)).toContainText('✓ 已收到');
  await choose(first, '较好');
  await expect(state(first)).toContainText('已存在本机');

  // A backup while it runs; then the laptop dies.
  const second_folder = await mkdtemp(join(tmpdir(), 'wuze-standby-'));
  const file = join(second_folder, 'last.backup');
  const standby = join(second_folder, 'data');
  run(server.data, ['backup', ...place(server.data), '--out', file]);
  await server.running.stop('SIGKILL');
  await expect(first.locator('#offline')).toBeVisible({ timeout: 15_000 });
  await expect(screen.locator('#offline')).toBeVisible({ timeout: 15_000 });
  await picture(screen, 'standby-offline-screen', 1920);
  run(second_folder, ['restore', ...place(standby), file]);
  const again = await serve(standby, new URL(server.url).host);
  try {
    // The phones come back by themselves, and the round is said to be lost, not counted.
    await expect(first.locator('#offline')).toBeHidden({ timeout: 20_000 });
    for (const page of [first, second]) await expect(state(page)).toContainText('需重新测评', { timeout: 20_000 });
    await picture(first, 'standby-lost-390');
    await expect(screen.locator('#offline')).toBeHidden({ timeout: 20_000 });
    await expect(screen.getByText(speaker).first()).toBeVisible();
    await expect(screen.getByText('请等下一轮开始')).toBeVisible();
    await picture(screen, 'standby-screen', 1920);
    await operator.goto(path);
    await expect(operator.getByText('需重新测评').first()).toBeVisible();
    await picture(operator, 'standby-console-1440', 1440);
    await picture(operator, 'standby-console-390', 390);
    expect(await step(operator)).toBe('开始测评');

    // What was typed is still there, of both; it only has to be submitted.
    for (const [page, word] of [[first, 'better'], [second, 'good']] as const) {
      await page.getByRole('link', { name: '打开新的测评表' }).click();
      await expect(page.locator('fieldset[data-row]').nth(0).locator(`input[value=${word}]`).first()).toBeChecked();
      await page.getByRole('button', { name: '提交' }).click();
      await expect(state(page)).toContainText('✓ 已收到');
    }
    for (const page of phones.slice(2)) {
      await page.getByRole('link', { name: '打开新的测评表' }).click();
      await choose(page, '好');
      await page.getByRole('button', { name: '提交' }).click();
      await expect(state(page)).toContainText('✓ 已收到');
    }
    await expect(screen.locator('[data-live=returned]')).toHaveText('5');
    await until(operator, path, '收回测评表');
    await step(operator);
    for (const page of phones) await expect(state(page)).toContainText('✓ 已计入', { timeout: 15_000 });
    await seal(as, meeting.meeting);
    await expect(screen.getByText('席位与测评表的对应关系已销毁')).toBeVisible();
  } finally {
    await again.stop();
    for (const context of contexts) await context.close();
    await rm(second_folder, { recursive: true, force: true });
  }
});
