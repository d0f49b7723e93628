// What leaves the phone with a picture: the bytes of each piece as they are handed to the network, for pictures drawn anew
// and for those sent as they are; and what becomes of chosen files where the network or the session ends.
import type { Page } from '@playwright/test';
import { leader } from '../accounts';
import { input, queue, rows, saved } from '../evidence';
import { expect, test } from '../fixtures';

test.use({
  account: leader,
  tolerated: [/net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED)|status of (401|409|422)/],
});

/** Everything sent to /evidence/piece from now on, piece after piece. */
async function listen(page: Page): Promise<() => Buffer> {
  const pieces: Buffer[] = [];
  await page.exposeFunction('piece', (base64: string) => void pieces.push(Buffer.from(base64, 'base64')));
  await page.addInitScript(() => {
    const send = window.fetch;
    window.fetch = async (to, how) => {
      if (String(to).endsWith('/evidence/piece')) {
        const bytes = new Uint8Array(await ((how!.body as FormData).get('file') as Blob).arrayBuffer());
        let text = '';
        for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
        await (window as any).piece(btoa(text));
      }
      return send(to, how);
    };
  });
  return () => Buffer.concat(pieces);
}

/** A picture drawn in the page, as a file; `grain` makes it large. */
async function drawn(page: Page, width: number, height: number, type = 'image/jpeg', grain = false): Promise<Buffer> {
  const base64 = await page.evaluate(
    ([w, h, kind, noise]) => {
      const canvas = document.createElement('canvas');
      canvas.width = w as number;
      canvas.height = h as number;
      const pen = canvas.getContext('2d')!;
      for (let n = 0; n < 400; n++) {
        pen.fillStyle = `hsl(${(n * 37) % 360} 70% 50%)`;
        pen.fillRect((n * 71) % canvas.width, (n * 53) % canvas.height, canvas.width / 9, canvas.height / 9);
      }
      if (noise) {
        const all = pen.getImageData(0, 0, canvas.width, canvas.height);
        let seed = 7;
        for (let n = 0; n < all.data.length; n++) if (n % 4 < 3) all.data[n] = (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 16 & 255;
        pen.putImageData(all, 0, 0);
      }
      return canvas.toDataURL(kind as string, 0.95).split(',')[1];
    },
    [width, height, type, grain] as const,
  );
  return Buffer.from(base64, 'base64');
}

const segment = (mark: number, words: Buffer) => {
  const head = Buffer.from([0xff, mark, 0, 0]);
  head.writeUInt16BE(words.length + 2, 2);
  return Buffer.concat([head, words]);
};
/** EXIF as a phone writes it, little-endian: which way is up, and the place. */
const exif = (way: number) =>
  segment(0xe1, Buffer.concat([
    Buffer.from('Exif\0\0II*\0\x08\0\0\0\x02\0', 'latin1'),
    Buffer.from([0x12, 1, 3, 0, 1, 0, 0, 0, way, 0, 0, 0]),
    Buffer.from([0x25, 0x88, 4, 0, 1, 0, 0, 0, 0x32, 0, 0, 0, 0, 0, 0, 0]),
    Buffer.from('GPSLatitude 29.3', 'latin1'),
  ]));
/** The same picture as a phone keeps it: EXIF, XMP, a second picture's index, a comment, and a film behind its end. */
const withPlace = (jpeg: Buffer, way = 1) =>
  Buffer.concat([
    jpeg.subarray(0, 2), exif(way), segment(0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0<x GPSLatitude="29.3"/>')),
    segment(0xe2, Buffer.from('MPF\0GPSLatitude')), segment(0xfe, Buffer.from('GPSLatitude')), jpeg.subarray(2), Buffer.from('film with GPSLatitude'),
  ]);
const chunk = (name: string, data: Buffer) => {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  // Nobody looks at the sum of a chunk that goes.
  return Buffer.concat([head, Buffer.from(name), data, Buffer.alloc(4)]);
};

/** Chooses the file and waits until it is there; the address of the stored one. */
async function added(page: Page, name: string, mimeType: string, buffer: Buffer): Promise<string> {
  await input(page).setInputFiles({ name, mimeType, buffer });
  await expect(rows(page)).toHaveCount(1);
  return (await rows(page).getAttribute('href'))!;
}
const secret = (sent: Buffer) => /GPSLatitude|ns\.adobe|MPF/.test(sent.toString('latin1'));

test('a photo drawn anew is sent without its place', { tag: '@phone' }, async ({ page }) => {
  const sent = await listen(page);
  await saved(page, '码头拍了一张。');
  await added(page, '码头.jpg', 'image/jpeg', withPlace(await drawn(page, 4000, 3000)));
  expect(sent().subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  expect(secret(sent())).toBe(false);
  expect(sent().includes('Exif')).toBe(false);
});

test('a panorama is sent as it is, without its place', { tag: '@phone' }, async ({ page }) => {
  const sent = await listen(page);
  await saved(page, '全景拍了一张。');
  const jpeg = await drawn(page, 3000, 800);
  await added(page, '全景.jpg', 'image/jpeg', withPlace(jpeg));
  expect(secret(sent())).toBe(false);
  // The picture itself, to the byte.
  expect(sent().equals(jpeg)).toBe(true);
});

test('a long picture that was turned stays upright', { tag: '@phone' }, async ({ page }) => {
  const sent = await listen(page);
  await saved(page, '竖着拍的全景。');
  const href = await added(page, '竖.jpg', 'image/jpeg', withPlace(await drawn(page, 2000, 600), 6));
  expect(secret(sent())).toBe(false);
  const body = await (await page.request.get(href)).body();
  const size = await page.evaluate(async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
    return [bitmap.width, bitmap.height];
  }, Array.from(body));
  expect(size).toEqual([600, 2000]);
});

test('long screenshots keep every pixel and none of their notes', { tag: '@phone' }, async ({ page }) => {
  const sent = await listen(page);
  await saved(page, '台账长截图。');
  const png = await drawn(page, 400, 1600, 'image/png');
  const noted = Buffer.concat([png.subarray(0, 33), chunk('tEXt', Buffer.from('Place\0GPSLatitude')), chunk('eXIf', Buffer.from('MM\0*GPSLatitude')), png.subarray(33), Buffer.from('GPSLatitude')]);
  await added(page, '台账.png', 'image/png', noted);
  expect(secret(sent())).toBe(false);
  expect(sent().readUInt32BE(16)).toBe(400);
  expect(sent().includes('IEND')).toBe(true);
});

test('so does WebP', { tag: '@phone' }, async ({ page }) => {
  const sent = await listen(page);
  await saved(page, '网页长截图。');
  const webp = await drawn(page, 300, 900, 'image/webp');
  const part = (name: string, data: Buffer) => {
    const head = Buffer.concat([Buffer.from(name), Buffer.alloc(4)]);
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
  };
  const size = Buffer.alloc(6);
  size.writeUIntLE(299, 0, 3);
  size.writeUIntLE(899, 3, 3);
  const about = part('VP8X', Buffer.concat([Buffer.from([0x08, 0, 0, 0]), size]));
  // A plain file has one chunk; what of it was extended already is left out.
  const picture = webp.subarray(webp.indexOf('VP8 '));
  const all = Buffer.concat([about, picture, part('EXIF', Buffer.from('GPSLatitude!'))]);
  const riff = Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBP'), all]);
  riff.writeUInt32LE(all.length + 4, 4);
  await added(page, '网页.webp', 'image/webp', riff);
  expect(secret(sent())).toBe(false);
  expect(sent().length).toBe(riff.length - 20);
  expect(sent().readUInt32LE(4)).toBe(sent().length - 8);
});

test('a browser that turns pictures wrong draws nothing, and strips the same', { tag: '@phone' }, async ({ page }) => {
  await page.addInitScript(() => {
    const supports = CSS.supports.bind(CSS) as (a: string, b?: string) => boolean;
    CSS.supports = ((a: string, b?: string) => a !== 'image-orientation' && (b === undefined ? supports(a) : supports(a, b))) as typeof CSS.supports;
  });
  const sent = await listen(page);
  await saved(page, '老手机拍的。');
  const jpeg = await drawn(page, 800, 600);
  await added(page, '老.jpg', 'image/jpeg', withPlace(jpeg, 3));
  expect(secret(sent())).toBe(false);
  expect(sent().length).toBe(jpeg.length + 36);
});

test('HEIC where the phone cannot read it: said there, and nothing is sent', { tag: '@phone' }, async ({ page, shot }) => {
  const asked: string[] = [];
  page.on('request', (r) => { if (r.url().includes('/evidence/')) asked.push(r.url()); });
  await saved(page, '苹果手机拍的。');
  const buffer = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), Buffer.from('GPSLatitude')]);
  await input(page).setInputFiles({ name: '苹果.HEIC', mimeType: 'image/heic', buffer });
  await expect(queue(page)).toContainText('HEIC 格式的照片这台设备读不了，没有添加');
  await expect(queue(page)).toContainText('兼容性最佳');
  await shot('heic');
  expect(asked).toEqual([]);
});

test('airplane mode in the middle of a photo: it goes on where it was', { tag: '@phone' }, async ({ page, context }) => {
  const sent = await listen(page);
  await saved(page, '船上拍了一张。');
  const buffer = withPlace(await drawn(page, 3200, 2400, 'image/jpeg', true));
  let pieces = 0;
  const offsets: string[] = [];
  await page.route('**/evidence/piece', async (route) => {
    pieces += 1;
    if (pieces === 2) await context.setOffline(true);
    await route.continue().catch(() => route.abort());
  });
  page.on('request', (r) => {
    if (r.url().endsWith('/evidence/piece')) offsets.push(/name="offset"\r\n\r\n(\d+)/.exec(r.postDataBuffer()?.toString('latin1') ?? '')?.[1] ?? '');
  });
  await input(page).setInputFiles({ name: '船上.jpg', mimeType: 'image/jpeg', buffer });
  await expect(queue(page)).toContainText('未联网，已存在本机，联网后接着传');
  const before = offsets.length;
  await context.setOffline(false);
  await expect(rows(page)).toHaveCount(1, { timeout: 20_000 });
  expect(pieces).toBeGreaterThan(2);
  expect(offsets.slice(before)).not.toContain('0');
  expect(secret(sent())).toBe(false);
});

test('a session that ended keeps the chosen files and sends them after signing in', { tag: '@phone' }, async ({ page, context, shot }) => {
  await saved(page, '登录过期前选了文件。');
  await context.clearCookies();
  await input(page).setInputFiles({ name: '方案.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 plan') });
  await input(page).setInputFiles({ name: '照片.png', mimeType: 'image/png', buffer: await drawn(page, 640, 480, 'image/png') });
  await expect(queue(page)).toHaveCount(2);
  await expect(queue(page).last()).toContainText(/等待上传|登录已过期/);
  await expect(queue(page).first()).toContainText('登录已过期，已存在本机，重新登录后接着传');
  await shot('files-expired');
  await page.locator('html > .banner').getByRole('button', { name: '重新登录' }).click();
  await page.waitForURL(/\/signin/);
  await page.getByLabel('账号').fill(leader.login);
  await page.getByLabel('密码', { exact: true }).fill(leader.password);
  await page.getByRole('button', { name: '登录' }).click();
  await expect(rows(page)).toHaveCount(2, { timeout: 20_000 });
  await expect(page.locator('#evidence')).toContainText('方案.pdf');
  await expect(page.locator('#evidence')).toContainText('照片.png');
});
