// What 佐证材料 promise: shrunk and without camera notes, taken up where the network left it, pasted, never asked for.
import { readFile, writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { leader } from '../accounts';
import { input, queue, rows, saved } from '../evidence';
import { expect, test } from '../fixtures';

test.use({
  account: leader,
  // Offline and refused requests are what these tests are about; Chromium reports each of them.
  tolerated: [/net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED)|status of (409|422|507)/],
});

/** A picture drawn in the page, as a file. */
async function drawn(page: Page, width: number, height: number, type = 'image/jpeg'): Promise<Buffer> {
  const base64 = await page.evaluate(
    ([w, h, kind]) => {
      const canvas = document.createElement('canvas');
      canvas.width = w as number;
      canvas.height = h as number;
      const pen = canvas.getContext('2d')!;
      for (let n = 0; n < 400; n++) {
        pen.fillStyle = `hsl(${(n * 37) % 360} 70% 50%)`;
        pen.fillRect((n * 71) % canvas.width, (n * 53) % canvas.height, canvas.width / 9, canvas.height / 9);
      }
      return canvas.toDataURL(kind as string, 0.95).split(',')[1];
    },
    [width, height, type],
  );
  return Buffer.from(base64, 'base64');
}

/** The same as a phone writes it: with the place in its EXIF. */
function withPlace(jpeg: Buffer): Buffer {
  const notes = Buffer.from(
    'Exif\0\0MM\0*\0\0\0\x08\0\x01\x88\x25\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0GPSLatitude',
    'latin1',
  );
  const length = Buffer.alloc(2);
  length.writeUInt16BE(notes.length + 2);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, notes, jpeg.subarray(2)]);
}

test('a photo is added with one choice, small and without its place', { tag: '@phone' }, async ({ page, shot }) => {
  await saved(page, '到码头看了防台准备，拍了一张。');
  const buffer = withPlace(await drawn(page, 4000, 3000));
  const finished = page.waitForResponse((r) => r.url().endsWith('/evidence/finish'));
  await input(page).setInputFiles({ name: '码头 😀.jpg', mimeType: 'image/jpeg', buffer });
  expect((await finished).status()).toBe(200);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('码头 😀.jpg');
  await expect(rows(page).locator('img')).toBeVisible();
  await shot('added');
  const href = await rows(page).getAttribute('href');
  const file = await page.request.get(href!);
  const body = await file.body();
  expect(body.includes('GPSLatitude')).toBe(false);
  expect(file.headers()['content-security-policy']).toContain('sandbox');
  const size = await page.evaluate(async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
    return [bitmap.width, bitmap.height];
  }, Array.from(body));
  expect(size).toEqual([2560, 1920]);
});

test('airplane mode in the middle, then a reload: it goes on', { tag: '@phone' }, async ({ page, context, shot }) => {
  await saved(page, '进山路上传材料。');
  // Documents are not shrunk: several pieces.
  const buffer = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(1_400_000, 'x')]);
  let pieces = 0;
  await page.route('**/evidence/piece', async (route) => {
    pieces += 1;
    if (pieces === 2) await context.setOffline(true);
    await route.continue().catch(() => route.abort());
  });
  await input(page).setInputFiles({ name: '方案.pdf', mimeType: 'application/pdf', buffer });
  await expect(queue(page)).toContainText('已存在本机');
  await shot('offline');
  await context.setOffline(false);
  await page.unroute('**/evidence/piece');
  const offsets: string[] = [];
  page.on('request', (request) => {
    if (!request.url().endsWith('/evidence/piece')) return;
    offsets.push(/name="offset"\r\n\r\n(\d+)/.exec(request.postDataBuffer()?.toString('latin1') ?? '')?.[1] ?? '');
  });
  await page.reload();
  await expect(rows(page)).toHaveCount(1, { timeout: 20_000 });
  await expect(rows(page)).toContainText('方案.pdf');
  // What had arrived was not sent again.
  expect(offsets).not.toContain('0');
  // Nothing is left on the device.
  const left = await page.evaluate(async () => {
    const open = indexedDB.open('wuze-files');
    const db = await new Promise<IDBDatabase>((ok) => { open.onsuccess = () => ok(open.result); });
    const all = await new Promise<number>((ok) => { const r = db.transaction('file').objectStore('file').count(); r.onsuccess = () => ok(r.result); });
    db.close();
    return all;
  });
  expect(left).toBe(0);
});

test('a screenshot is pasted', { tag: '@phone' }, async ({ page }) => {
  await saved(page, '系统里的台账截图。');
  const png = await drawn(page, 800, 600, 'image/png');
  await page.evaluate((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], 'image.png', { type: 'image/png' }));
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, Array.from(png));
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('截图');
});

test('what is not taken says why, and the record stays', { tag: '@phone' }, async ({ page, shot }) => {
  await saved(page, '选错了文件。');
  await input(page).setInputFiles({ name: '照片.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('MZ\x90\0 a program') });
  await expect(queue(page)).toContainText('是程序文件');
  await shot('refused');
  await queue(page).getByRole('button', { name: '知道了' }).click();
  await expect(queue(page)).toHaveCount(0);
});

test('the server has no room in the middle of an upload: said, kept, sent when there is room again', { tag: '@phone' }, async ({ page }) => {
  await saved(page, '服务器磁盘满了。');
  let full = true;
  await page.route('**/evidence/piece', (route) =>
    full ? route.fulfill({ status: 507, json: { problem: '服务器存储空间已满，这次没有保存。' } }) : route.continue());
  await input(page).setInputFiles({ name: '方案.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 plan') });
  await expect(queue(page)).toContainText('服务器存储空间已满');
  await expect(queue(page)).toContainText('已存在本机');
  full = false;
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('方案.pdf');
});

test('a file is withdrawn with a reason and stays named', { tag: '@phone' }, async ({ page }) => {
  await saved(page, '传错了版本。');
  await input(page).setInputFiles({ name: '旧版.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 old') });
  await expect(rows(page)).toHaveCount(1);
  await page.getByText('撤下…').click();
  await page.getByLabel('撤下的原因').fill('换成定稿');
  await page.getByRole('button', { name: '撤下', exact: true }).click();
  await page.getByText('已撤下', { exact: true }).click();
  await expect(page.getByText(/换成定稿/).filter({ visible: true })).toHaveCount(1);
});

test('choosing is all there is to do: no button to press, and a refusal stays to be read', { tag: '@phone' }, async ({ page, shot }) => {
  const posts: string[] = [];
  page.on('request', (r) => { if (r.url().endsWith('/evidence/add')) posts.push(r.method()); });
  await saved(page, '选了文件就传。');
  const add = page.locator('form[data-evidence] .actions button');
  await expect(add).toBeHidden();
  await input(page).setInputFiles({ name: '装成照片.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('MZ not a picture') });
  await expect(queue(page)).toContainText('没有添加');
  // Whoever submits it all the same, with Enter or from a page that has only just come, loses nothing by it.
  await page.evaluate(() => document.querySelector<HTMLFormElement>('form[data-evidence]')!.requestSubmit());
  await expect(queue(page)).toContainText('没有添加');
  await shot('refused');
  await queue(page).getByRole('button', { name: '知道了' }).click();
  await input(page).setInputFiles({ name: '纪要.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 one choice') });
  await expect(rows(page)).toContainText('纪要.pdf');
  await expect(add).toBeHidden();
  expect(posts).toEqual([]);
});

test('where scripts cannot send, the button is there', { tag: '@phone' }, async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined }));
  await saved(page, '内网明文也能加材料。');
  await expect(page.getByRole('button', { name: '添加', exact: true })).toBeVisible();
});

for (const name of ['evidence', 'pictures']) {
  test(`${name}.js that does not arrive: the button comes and adds the file`, { tag: '@phone' }, async ({ page }) => {
    await saved(page, `断断续续的网络，${name} 没有下载完。`);
    await page.route(new RegExp(`/pkg/${name}\\.[^/]*js$`), (route) => route.abort());
    await page.reload({ waitUntil: 'domcontentloaded' });
    await input(page).setInputFiles({ name: '纪要.pdf', mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.7 without ${name}`) });
    await page.getByRole('button', { name: '添加', exact: true }).click();
    await expect(rows(page)).toContainText('纪要.pdf');
  });
}

test('evidence.js that is late leaves what was chosen before to the button that came', { tag: '@phone' }, async ({ page }) => {
  await saved(page, '网络慢，脚本来得晚。');
  let release = () => {};
  const gate = new Promise<void>((done) => { release = done; });
  const script = /\/pkg\/evidence\.[^/]*js$/;
  await page.route(script, async (route) => { await gate; await route.continue(); });
  // Scripts that wait hold back the end of the page, not what stands on it.
  await page.reload({ waitUntil: 'commit' });
  await input(page).setInputFiles({ name: '签到表.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 late') });
  const add = page.getByRole('button', { name: '添加', exact: true });
  await expect(add).toBeVisible();
  release();
  await page.waitForFunction(() => document.readyState === 'complete');
  await add.click();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('签到表.pdf');
});

test('without scripts the same form adds a file', { tag: '@tierB' }, async ({ page, shot }, info) => {
  await page.goto('/records/new');
  await page.getByLabel('内容', { exact: true }).fill('没有脚本也能加材料。');
  await page.getByRole('button', { name: '保存', exact: true }).click();
  const path = info.outputPath('纪要.pdf');
  await writeFile(path, '%PDF-1.7 minutes');
  await input(page).setInputFiles(path);
  await page.getByRole('button', { name: '添加', exact: true }).click();
  await expect(rows(page)).toContainText('纪要.pdf');
  await shot('plain');
  const file = await page.request.get((await rows(page).getAttribute('href'))!);
  expect(await file.body()).toEqual(await readFile(path));
  expect(file.headers()['content-disposition']).toMatch(/^attachment/);
});

/** A record with one file of this name, then another record, open. */
async function two(page: Page, name: string): Promise<void> {
  await saved(page, '会上印发了方案。');
  await input(page).setInputFiles({ name, mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.7 ${name}`) });
  await expect(rows(page)).toContainText(name);
  await saved(page, '按方案到现场看了一遍。');
}

test('a file of another record is used again without being sent', { tag: '@phone' }, async ({ page, shot }) => {
  const name = `方案 ${Math.random().toString(36).slice(2, 8)}.pdf`;
  await two(page, name);
  const record = page.url();
  await page.getByRole('link', { name: '用已有材料' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '用已有材料' })).toBeVisible();
  await page.getByLabel('按文件名查找').fill(name.slice(3, 9));
  await page.getByRole('button', { name: '查找' }).click();
  const line = page.getByRole('checkbox', { name: new RegExp(name.slice(0, 9)) });
  await expect(line).not.toBeChecked();
  await expect(page.locator('main')).toContainText(/第 \d+ 页/);
  await line.check();
  await shot('chosen');
  await page.getByRole('button', { name: '添加到这条记录' }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText(name);
  expect(new URL(page.url()).pathname).toBe(new URL(record).pathname);
});

test('without scripts a file is used again too', { tag: '@tierB' }, async ({ page }, info) => {
  const plain = async (words: string) => {
    await page.goto('/records/new');
    await page.getByLabel('内容', { exact: true }).fill(words);
    await page.getByRole('button', { name: '保存', exact: true }).click();
  };
  await plain('没有脚本，先加一份材料。');
  const path = info.outputPath('签到表.pdf');
  await writeFile(path, `%PDF-1.7 ${info.testId}${info.retry}${Math.random()}`);
  await input(page).setInputFiles(path);
  await page.getByRole('button', { name: '添加', exact: true }).click();
  await expect(rows(page)).toContainText('签到表.pdf');
  await plain('没有脚本，再用一次。');
  await page.getByRole('link', { name: '用已有材料' }).click();
  await page.getByRole('checkbox', { name: /签到表/ }).first().check();
  await page.getByRole('button', { name: '添加到这条记录' }).click();
  await expect(rows(page)).toContainText('签到表.pdf');
});

/** Ids of what waits on the device; `extra` rows are put there first: id, account, age in days. */
const waiting = (page: Page, extra: [string, string, number][] = []) => page.evaluate(async (rows) => {
  const open = indexedDB.open('wuze-files');
  const db = await new Promise<IDBDatabase>((ok, no) => { open.onsuccess = () => ok(open.result); open.onerror = () => no(open.error); });
  const files = db.transaction('file', 'readwrite').objectStore('file');
  rows.forEach(([id, account, days]) => files.put({ id, account, at: Date.now() - days * 864e5 }));
  const keys = await new Promise<string[]>((ok) => { const all = files.getAllKeys(); all.onsuccess = () => ok(all.result.map(String)); });
  db.close();
  return keys;
}, extra);

test('waiting files end after 14 days, whoever left them, and with signing out', { tag: '@phone' }, async ({ page, context, signIn }) => {
  // A session of its own: ending the shared one would end it for the other tests.
  await context.clearCookies();
  await signIn(leader.login, leader.password);
  await saved(page, '材料还没有传完就退出。');
  await page.route('**/evidence/begin', (route) => route.abort());
  await input(page).setInputFiles({ name: '方案.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n') });
  await expect(queue(page)).toContainText('已存在本机');
  expect(await waiting(page, [['young', 'another', 3], ['old', 'another', 15]])).toHaveLength(3);
  await page.reload();
  await expect.poll(() => waiting(page)).toHaveLength(2);
  await page.goto('/me');
  page.on('dialog', (dialog) => void dialog.accept());
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.waitForURL(/\/signin/);
  expect(await waiting(page)).toEqual(['young']);
});
