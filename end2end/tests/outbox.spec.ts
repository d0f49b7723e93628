// What was written is sent, once and in order, whatever happens on the way. Timers are moved, never waited for.
import { mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { leader } from '../accounts';
import { expect, test } from '../fixtures';
import { FORM, inBook, noDraft, notice, onDevice, open, PROVOKED, save, sentence, state, text, write } from '../outbox';

test.use({ account: leader, tolerated: PROVOKED });
test.beforeEach(({ context }) => noDraft(context));

test('saves by itself: on the device first, then on the server, encrypted', { tag: '@phone' }, async ({ page, shot }) => {
  const words = sentence('到码头看了防台准备');
  await open(page);
  await page.evaluate(() => {
    const p = document.querySelector('[data-save-state]')!;
    const seen: string[] = ((window as any).seen = []);
    new MutationObserver(() => seen.push(p.textContent!.trim())).observe(p, { childList: true, characterData: true, subtree: true });
  });
  await write(page, words);
  await expect(state(page)).toHaveText(/^草稿已保存 \d\d:\d\d · 还没有记入$/);
  const seen: string[] = await page.evaluate(() => (window as any).seen);
  expect(seen[0]).toMatch(/^已存在本机 \d\d:\d\d$/);
  const kept = await onDevice(page);
  expect(kept).toMatchObject({ drafts: 1, queue: 0, keys: 1, extractable: false });
  expect(kept.plain).not.toContain(words);
  await shot('outbox-saved');
});

test('offline: kept, said, sent once when the network is back', { tag: '@phone' }, async ({ page, context, shot }) => {
  const words = sentence('走访企业两家');
  await open(page);
  await context.setOffline(true);
  await write(page, words);
  await expect(state(page)).toHaveText(/^未联网，已存在本机 \d\d:\d\d$/);
  await save(page).click();
  await expect(state(page)).toHaveText('未联网，已存在本机，联网后自动送出');
  await expect(notice(page)).toContainText('待上传 1 条，已存在本机');
  const kept = await onDevice(page);
  expect(kept).toMatchObject({ drafts: 0, queue: 1 });
  expect(kept.plain).not.toContain(words);
  await shot('outbox-offline');
  // Impatience changes nothing; the button says that it is not to be pressed now.
  await save(page).dispatchEvent('click');
  await context.setOffline(false);
  await page.waitForURL(/\/records\/[^/]+\?saved=1/);
  expect(await inBook(page, words)).toBe(1);
  expect(await onDevice(page)).toMatchObject({ drafts: 0, queue: 0 });
});

test('offline: the second half of a double tap on 保存 does not begin another record', { tag: '@phone' }, async ({ page, context }) => {
  const words = sentence('连点两下');
  await open(page);
  await context.setOffline(true);
  await write(page, words);
  const at = (await save(page).boundingBox())!;
  // Pressed as soon as 再写一条 stands there.
  await page.evaluate(() => {
    new MutationObserver(() => {
      const again = document.querySelector('html > .thumb .btn');
      if (!again || document.documentElement.hasAttribute('data-hit')) return;
      const box = again.getBoundingClientRect(), hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      document.documentElement.setAttribute('data-hit', hit === again ? 'again' : 'nothing');
    }).observe(document.documentElement, { childList: true });
  });
  await page.touchscreen.tap(at.x + at.width / 2, at.y + at.height / 2);
  await expect(page.locator('html')).toHaveAttribute('data-hit', 'nothing');
  await expect(text(page)).toHaveValue(words);
  const again = notice(page).getByRole('button', { name: '再写一条' });
  expect(Math.abs((await again.boundingBox())!.y + 28 - (at.y + at.height / 2))).toBeLessThan(40);
  await again.click();
  await expect(text(page)).toHaveValue('');
  await context.setOffline(false);
  await expect.poll(async () => (await onDevice(page)).queue).toBe(0);
});

test('offline: two records in a row, sent in order', async ({ page, context }) => {
  const [first, second] = [sentence('第一条'), sentence('第二条')];
  await open(page);
  await context.setOffline(true);
  await write(page, first);
  await save(page).click();
  await notice(page).getByRole('button', { name: '再写一条' }).click();
  await expect(text(page)).toHaveValue('');
  await write(page, second);
  await save(page).click();
  await expect(notice(page)).toContainText('待上传 2 条，已存在本机');
  const sent: string[] = [];
  page.on('request', (r) => { if (r.url().endsWith('/records/save')) sent.push(new URLSearchParams(r.postData()!).get('text')!); });
  await context.setOffline(false);
  await page.waitForURL(/saved=1/);
  expect(sent).toEqual([first, second]);
  expect(await inBook(page, first)).toBe(1);
  expect(await inBook(page, second)).toBe(1);
});

test('an answer lost on the way does not make a second record', async ({ page }) => {
  const words = sentence('断在半路');
  let tries = 0;
  await open(page);
  await page.route('**/records/save', async (route) => {
    tries += 1;
    if (tries > 1) return route.continue();
    await route.fetch({ maxRedirects: 0 });
    return route.abort();
  });
  await text(page).fill(words);
  await save(page).click();
  await expect(state(page)).toHaveText('未联网，已存在本机，联网后自动送出');
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await page.waitForURL(/saved=1/);
  expect(tries).toBe(2);
  expect(await inBook(page, words)).toBe(1);
});

test('a double click saves one record', { tag: '@phone' }, async ({ page }) => {
  const words = sentence('双击一次');
  let posts = 0;
  page.on('request', (r) => { if (r.url().endsWith('/records/save')) posts += 1; });
  await open(page);
  await text(page).fill(words);
  await save(page).dblclick();
  await page.waitForURL(/saved=1/);
  expect(posts).toBe(1);
  expect(await inBook(page, words)).toBe(1);
  await open(page);
  await expect(notice(page)).toHaveCount(0);
});

test('a page killed before it was sent: the next page sends it', async ({ page, context }) => {
  const words = sentence('页面被系统关掉');
  await open(page);
  await context.setOffline(true);
  await text(page).fill(words);
  await save(page).click();
  await expect(state(page)).toHaveText(/联网后自动送出/);
  await page.close({ runBeforeUnload: false });
  await context.setOffline(false);
  const next = await context.newPage();
  await next.goto('/records');
  await expect(notice(next)).toContainText('已送出 1 条');
  expect(await inBook(next, words)).toBe(1);
});

test('the browser killed while saving: the next one sends it, once', async ({ server, sessionOf }, info) => {
  const words = sentence('浏览器被杀掉');
  const profile = await mkdtemp(join(tmpdir(), 'wuze-profile-'));
  const { launchOptions, locale, timezoneId } = info.project.use;
  const launch = async () => {
    const context = await chromium.launchPersistentContext(profile, {
      ...launchOptions, locale, timezoneId, baseURL: server.url, serviceWorkers: 'block',
    });
    await context.addCookies((await sessionOf(leader)).cookies);
    return context;
  };
  try {
    const first = await launch();
    const page = await first.newPage();
    await page.route('**/records/save', () => {}); // on its way for ever
    await page.goto(FORM);
    await text(page).fill(words);
    await save(page).click();
    await expect(state(page)).toHaveText('正在保存');
    await expect.poll(async () => (await onDevice(page)).queue).toBe(1);
    const gone = new Promise((done) => first.once('close', done));
    // The lock names the process that holds the profile: HOST-PID.
    process.kill(Number((await readlink(join(profile, 'SingletonLock'))).split('-').pop()), 'SIGKILL');
    await gone;
    const second = await launch();
    const next = await second.newPage();
    await next.goto('/records');
    await expect(notice(next)).toContainText('已送出 1 条');
    expect(await inBook(next, words)).toBe(1);
    expect(await onDevice(next)).toMatchObject({ queue: 0 });
    await second.close();
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
});
