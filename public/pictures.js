// Pictures before they leave the phone: redrawn smaller where that is safe; where they are sent as they are, without what
// the camera wrote beside the picture: place, time, device, previews, and everything behind the picture's end.
// Owns: which picture is redrawn, and the marks of JPEG, PNG and WebP. Refuses: to judge a file (the server does), to touch
// what is none of these three. Of the notes one number stays: which way is up. ES2017, at most 15 KB. For evidence.js.
(function () {
  'use strict';
  const LONG = 2560, LONG_SHOT = 2.4; // pixels; a longer picture is a long screenshot, which the server shrinks with care
  const PNG_MAX = 3 * 1024 * 1024; // bytes
  const HEIC = 'HEIC 格式的照片这台设备读不了，没有添加。请在手机“设置—相机—格式”里选“兼容性最佳”再拍，或把照片另存为 JPG 后再添加。';
  const text = (b, at, n) => String.fromCharCode.apply(null, b.subarray(at, at + n));

  // ---- As they are, without notes
  /** The orientation, 1 to 8, of a segment that begins with `Exif`; 1 where there is none. */
  function turned(b) {
    const v = new DataView(b.buffer, b.byteOffset, b.length), little = b[6] === 73;
    try {
      const at = 6 + v.getUint32(10, little);
      for (let n = v.getUint16(at, little), e = at + 2; n > 0; n--, e += 12) {
        if (v.getUint16(e, little) === 0x112) return v.getUint16(e + 8, little);
      }
    } catch (e) { /* cut off */ }
    return 1;
  }
  /** Nothing but which way is up: one entry, 0x0112, big-endian. */
  const up = (way) => new Uint8Array([255, 225, 0, 34, 69, 120, 105, 102, 0, 0, 77, 77, 0, 42, 0, 0, 0, 8,
    0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, way, 0, 0, 0, 0, 0, 0]);
  /** Of the APPn only JFIF, the colour profile and Adobe's colours; no comment; nothing behind the end. */
  function jpeg(b) {
    const out = [b.subarray(0, 2)];
    let at = 2, way = 1;
    while (at + 4 <= b.length && b[at] === 255) {
      const mark = b[at + 1], from = at;
      if (mark === 255) { at += 1; continue; }
      if (mark === 0xd9) break;
      at += 2 + b[at + 2] * 256 + b[at + 3];
      const notes = (mark >= 0xe0 && mark <= 0xef) || mark === 0xfe;
      if (mark === 0xe1 && way === 1 && text(b, from + 4, 4) === 'Exif') way = turned(b.subarray(from + 4, at));
      const kept = mark === 0xe0 ? text(b, from + 4, 4) === 'JFIF' : mark === 0xe2 ? text(b, from + 4, 11) === 'ICC_PROFILE' : mark === 0xee;
      if (notes && !kept) continue;
      // The picture itself: up to a mark that is neither an escaped byte nor a restart.
      if (mark === 0xda) while (at + 1 < b.length && !(b[at] === 255 && b[at + 1] && (b[at + 1] < 0xd0 || b[at + 1] > 0xd7))) at += 1;
      out.push(b.subarray(from, Math.min(at, b.length)));
    }
    // A picture that was cut off stays one for the server to say so.
    if (b[at] === 255 && b[at + 1] === 0xd9) out.push(b.subarray(at, at + 2));
    if (way > 1 && way < 9) out.splice(1, 0, up(way));
    return out;
  }
  function png(b) {
    const out = [b.subarray(0, 8)], v = new DataView(b.buffer, b.byteOffset, b.length);
    for (let at = 8; at + 12 <= b.length;) {
      const from = at, name = text(b, at + 4, 4);
      at += 12 + v.getUint32(at);
      // acTL: a moving picture must still be known as one.
      if (/^(IHDR|PLTE|IDAT|IEND|tRNS|gAMA|cHRM|sRGB|iCCP|cICP|sBIT|acTL|fcTL|fdAT)$/.test(name)) out.push(b.subarray(from, Math.min(at, b.length)));
      if (name === 'IEND') break;
    }
    return out;
  }
  function webp(b) {
    const out = [], v = new DataView(b.buffer, b.byteOffset, b.length), end = Math.min(b.length, 8 + v.getUint32(4, true));
    let size = 4;
    for (let at = 12; at + 8 <= end;) {
      const from = at, name = text(b, at, 4), n = v.getUint32(at + 4, true);
      at = Math.min(end, at + 8 + n + (n & 1));
      if (name === 'EXIF' || name === 'XMP ') continue;
      const part = b.slice(from, at);
      if (name === 'VP8X') part[8] &= ~0x0c; // says that there are notes
      out.push(part);
      size += part.length;
    }
    const head = b.slice(0, 12);
    new DataView(head.buffer).setUint32(4, size, true);
    return [head].concat(out);
  }
  const bytesOf = (blob) => (blob.arrayBuffer ? blob.arrayBuffer() : new Response(blob).arrayBuffer());
  /** The same picture without notes; any other file as it is. Known by its first bytes: names and types are only said. */
  async function bare(file) {
    const b = new Uint8Array(await bytesOf(file.slice(0, 16)));
    const kind = b[0] === 255 && b[1] === 0xd8 ? jpeg : text(b, 1, 3) === 'PNG' ? png : text(b, 0, 4) === 'RIFF' && text(b, 8, 4) === 'WEBP' ? webp : null;
    // Only the server could read it, and takes none: its place must not travel for nothing.
    if (text(b, 4, 4) === 'ftyp' && /^(hei|hev|mif|msf|avif)/.test(text(b, 8, 4))) throw Object.assign(new Error('heic'), { words: HEIC });
    return kind ? new Blob(kind(new Uint8Array(await bytesOf(file))), { type: file.type }) : file;
  }

  // ---- Redrawn
  function picture(file) {
    return new Promise((ok, no) => {
      const image = new Image(), url = URL.createObjectURL(file);
      image.onload = () => { URL.revokeObjectURL(url); ok(image); };
      image.onerror = () => { URL.revokeObjectURL(url); no(new Error('no picture')); };
      image.src = url;
    });
  }
  const drawn = (canvas, type) => new Promise((ok, no) => canvas.toBlob((b) => (b ? ok(b) : no(new Error('no memory'))), type, 0.85));
  /** A smaller picture, drawn anew; none where it is long, or where this browser cannot read it or turns it wrong. */
  async function smaller(file) {
    const camera = /^image\/(jpeg|png|webp|heic|heif)$/.test(file.type) || /\.hei[cf]$/i.test(file.name || '');
    if (!camera || !window.CSS || !CSS.supports('image-orientation', 'from-image')) return null;
    try {
      const image = await picture(file), w = image.naturalWidth, h = image.naturalHeight;
      const long = Math.max(w, h), by = Math.min(1, LONG / long);
      if (!long || long / Math.min(w, h) > LONG_SHOT) return null;
      const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
      canvas.width = Math.max(1, Math.round(w * by));
      canvas.height = Math.max(1, Math.round(h * by));
      pen.fillStyle = '#fff';
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      if (file.type === 'image/png') {
        const small = await drawn(canvas, 'image/png');
        if (small.size <= PNG_MAX) return small;
      }
      return await drawn(canvas, 'image/jpeg');
    } catch (e) { return null; }
  }

  /** What is sent of a file that was chosen or pasted; fails with `words` for a picture that nobody could open. */
  window.pictures = { ready: async (file) => (await smaller(file)) || bare(file), bytesOf };
})();
