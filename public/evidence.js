// 佐证材料: what is chosen or pasted into `form[data-evidence="RECORD"]` is made ready by pictures.js, kept on the device and
// sent in pieces.
// Owns: progress, going on after a reload or without a network, the files on the device (AES-GCM, the outbox's key).
// Refuses: to judge what a file is (the server does, by its content), to send anything nobody chose. Needs outbox.js
// and pictures.js before it; without them, or where nothing can be encrypted, the form works as a plain form: only then it
// has its button, which would send once more what is sent by choosing. So it has where this file is late or never comes.
// ES2017, at most 15 KB.
(function () {
  'use strict';
  const LARGEST = 20 * 1024 * 1024; // bytes
  const FIRST_WAIT = 2000, LONGEST_WAIT = 60000, PATIENCE = 90000; // ms
  const KEEP = 14 * 864e5; // files on the device expire like drafts
  const box = window.outbox, pictures = window.pictures, subtle = window.crypto && crypto.subtle;
  // The style hides the button for two seconds: a page that was just loaded anew must not take a press either. Shown since,
  // it may have been pressed: what was chosen meanwhile is its to send.
  const page = document.documentElement, early = page.hasAttribute('data-scripts');
  const inputs = () => Array.from(document.querySelectorAll('form[data-evidence] input[type=file]'));
  const can = box && pictures && subtle && window.indexedDB;
  if (!can || (!early && inputs().some((el) => el.files.length))) return page.removeAttribute('data-scripts');

  // ---- On the device
  let db = null, key = null;
  const items = new Map(); // by upload id: what waits, is sent, or was refused on this page
  const ask = (request) => new Promise((ok, no) => {
    request.onsuccess = () => ok(request.result);
    request.onerror = () => no(request.error);
  });
  const ready = (async () => {
    await box.ready;
    try {
      const main = await ask(indexedDB.open('wuze'));
      key = await ask(main.transaction('key').objectStore('key').get(box.account));
      main.close();
      if (!key) return;
      const open = indexedDB.open('wuze-files', 1);
      open.onupgradeneeded = () => open.result.createObjectStore('file', { keyPath: 'id' });
      db = await ask(open);
    } catch (e) { db = null; }
  })();
  const store = (mode) => db.transaction('file', mode).objectStore('file');
  const sealed = (iv) => ({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(box.account) });
  const random = (n) => crypto.getRandomValues(new Uint8Array(n));
  /** Keeps an item; true when it will outlive the page. */
  async function keep(item) {
    await ready;
    if (!db || box.dead) return false;
    try {
      const about = { record: item.record, name: item.name, hash: item.hash, command: item.command };
      const iv = random(12), iv2 = random(12);
      const head = await subtle.encrypt(sealed(iv), key, new TextEncoder().encode(JSON.stringify(about)));
      const data = await subtle.encrypt(sealed(iv2), key, item.bytes);
      const row = { id: item.id, account: box.account, at: Date.now(), iv, head, iv2, data };
      const t = db.transaction('file', 'readwrite');
      t.objectStore('file').put(row);
      await new Promise((ok, no) => { t.oncomplete = ok; t.onabort = () => no(t.error); });
      return true;
    } catch (e) { return false; /* full, or taken away by the browser */ }
  }
  async function drop(item) {
    items.delete(item.id);
    if (db) await ask(store('readwrite').delete(item.id)).catch(() => 0);
  }
  /** What an earlier page left. */
  async function restore() {
    await ready;
    if (!db) return;
    const ids = await ask(store('readonly').getAllKeys()).catch(() => []);
    for (const id of ids) {
      const row = items.has(id) ? null : await ask(store('readonly').get(id)).catch(() => null);
      const old = row && row.at < Date.now() - KEEP;
      if (!row || (row.account !== box.account && !old)) continue;
      try {
        if (old) throw new Error('old');
        const about = JSON.parse(new TextDecoder().decode(await subtle.decrypt(sealed(row.iv), key, row.head)));
        const bytes = await subtle.decrypt(sealed(row.iv2), key, row.data);
        items.set(id, Object.assign(about, { id, bytes, kept: true, sent: 0, words: '等待上传' }));
        paint(items.get(id));
      } catch (e) { await ask(store('readwrite').delete(id)).catch(() => 0); /* its key was wiped */ }
    }
    pump();
  }

  // ---- Words on the page
  const formOf = (record) => Array.from(document.querySelectorAll('form[data-evidence]')).find((f) => f.getAttribute('data-evidence') === record);
  function paint(item) {
    const form = formOf(item.record), list = form && form.querySelector('[data-evidence-queue]');
    if (!list) return;
    let li = Array.from(list.children).find((c) => c.getAttribute('data-id') === item.id);
    if (item.gone) {
      if (li) li.remove();
      return;
    }
    if (!li) {
      li = document.createElement('li');
      li.setAttribute('data-id', item.id);
      const row = document.createElement('div'), name = document.createElement('b'), bar = document.createElement('progress');
      const words = document.createElement('small'), stop = document.createElement('button');
      name.textContent = item.name;
      bar.max = 100;
      stop.type = 'button';
      stop.className = 'btn small value';
      stop.onclick = () => { item.gone = true; drop(item).then(() => { paint(item); settled(item.record); }); };
      row.append(name, ' ', words, ' ', bar, ' ', stop);
      li.append(row);
      list.append(li);
    }
    const bar = li.querySelector('progress');
    bar.hidden = !!(item.refused || item.done);
    bar.value = item.bytes ? Math.floor((item.sent / item.bytes.byteLength) * 100) : 0;
    li.querySelector('small').textContent = item.words;
    li.querySelector('button').textContent = item.refused || item.done ? '知道了' : '不传了';
    li.setAttribute('data-state', item.done ? 'done' : item.refused ? 'refused' : 'sending');
  }
  function say(item, words) {
    item.words = words;
    paint(item);
  }

  // ---- Choosing
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (n) => (n + 256).toString(16).slice(1)).join('');
  const sha = async (bytes) => hex(await subtle.digest('SHA-256', bytes));
  function uuid() {
    const b = random(16);
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    return hex(b).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
  async function take(form, files, pasted) {
    const record = form.getAttribute('data-evidence');
    for (const file of files) {
      const d = new Date(), name = pasted ? `截图 ${d.getMonth() + 1}-${d.getDate()} ${d.getHours()}.${d.getMinutes()}.png` : file.name || '文件';
      const item = { id: uuid(), command: uuid(), record, name, sent: 0, words: '正在准备' };
      items.set(item.id, item);
      paint(item);
      try {
        const blob = await pictures.ready(file);
        if (blob.size > LARGEST) refuse(item, '超过 20 MB，没有添加。请压缩、拆分，或只保留需要的页后再添加。');
        else if (!blob.size) refuse(item, '是空文件，没有添加。请重新选择文件。');
        else {
          const bytes = await pictures.bytesOf(blob);
          item.hash = await sha(bytes);
          item.bytes = bytes;
          item.kept = await keep(item);
          say(item, '等待上传');
        }
      } catch (e) { refuse(item, e.words || '读不出来，没有添加。请确认文件还在，再选一次。'); }
      pump();
    }
  }
  function refuse(item, words) {
    item.refused = true;
    item.bytes = null;
    say(item, words);
    if (db) ask(store('readwrite').delete(item.id)).catch(() => 0);
  }

  // ---- Sending, one file after the other
  let running = false, tries = 0, timer = 0;
  async function told(res) {
    try { return await res.json(); } catch (e) { return {}; }
  }
  /** The answer of one request; throws where it must be tried again. */
  async function post(path, data) {
    const res = await box.call('/evidence/' + path, data, false, PATIENCE);
    if (res.status === 401 || res.redirected) throw Object.assign(new Error('sign in'), { signIn: true });
    const body = await told(res);
    if (res.status >= 500 || res.status === 408 || res.status === 429) throw Object.assign(new Error('later'), { words: body.problem });
    return { status: res.status, body, problem: body.problem || '没有添加。请刷新页面后再试。' };
  }
  const form = (fields) => new URLSearchParams(fields);
  async function send(item) {
    const size = item.bytes.byteLength;
    for (let round = 0; round < 3; round++) {
      const begun = await post('begin', form({ upload: item.id, record: item.record, name: item.name, size: String(size) }));
      if (begun.status !== 200) return refuse(item, begun.problem);
      let misfits = 0, lost = false;
      item.sent = begun.body.sent;
      while (item.sent < size && !lost) {
        if (item.gone || box.dead) return;
        const from = item.sent, piece = item.bytes.slice(from, Math.min(size, from + begun.body.piece));
        say(item, `正在上传 ${Math.floor((from / size) * 100)}%`);
        const data = new FormData();
        data.set('upload', item.id);
        data.set('offset', String(from));
        data.set('hash', await sha(piece));
        data.set('file', new Blob([piece]), 'piece');
        const there = await post('piece', data);
        tries = 0;
        if (there.status === 200 || (there.status === 409 && misfits++ < 9)) item.sent = there.body.sent;
        else if (there.status === 404) lost = true;
        else if (there.status !== 422 || misfits++ >= 9) return refuse(item, there.problem);
      }
      if (lost) continue;
      say(item, '正在核对');
      const end = await post('finish', form({ command: item.command, upload: item.id, hash: item.hash }));
      if (end.status === 404) continue;
      if (end.status !== 200) return refuse(item, end.problem);
      item.done = true;
      item.bytes = null;
      if (db) await ask(store('readwrite').delete(item.id)).catch(() => 0);
      say(item, '已添加');
      return;
    }
    refuse(item, '没有传成，没有添加。请刷新页面后再选一次。');
  }
  async function pump() {
    if (running) return;
    running = true;
    clearTimeout(timer);
    let next;
    while ((next = Array.from(items.values()).find((i) => i.bytes && !i.done && !i.refused && !i.gone)) && !box.dead) {
      try {
        await send(next);
        settled(next.record);
      } catch (e) {
        const kept = next.kept ? '，已存在本机，' : '，请不要关闭本页，';
        if (e.signIn) {
          say(next, '登录已过期' + kept + '重新登录后接着传');
          box.askSignIn('登录已过期，有文件还没有传完。重新登录后接着传。');
        } else {
          const why = e.words ? e.words.replace(/。$/, '') : navigator.onLine === false ? '未联网' : '暂时没有传上';
          say(next, why + kept + (e.words ? '稍后接着传' : '联网后接着传'));
          timer = setTimeout(pump, Math.min(LONGEST_WAIT, FIRST_WAIT * Math.pow(2, tries++)) * (0.5 + Math.random() / 2));
        }
        break;
      }
    }
    running = false;
  }
  /** Everything chosen on this page is there: show it, unless somebody is writing or has something to read. */
  function settled(record) {
    const mine = Array.from(items.values()).filter((i) => i.record === record && !i.gone);
    if (!formOf(record) || !mine.some((i) => i.done) || mine.some((i) => i.refused || !i.done)) return;
    const typed = Array.from(document.querySelectorAll('main textarea, main input')).some(
      (el) => !/^(hidden|file|checkbox|radio)$/.test(el.type) && el.value !== el.defaultValue,
    );
    if (typed) mine.forEach((i) => say(i, '已添加，刷新页面后显示'));
    else location.reload();
  }

  // ---- Listening on the document: the form may come later (hydration, navigation in the browser).
  const evidence = (el) => el && el.closest && el.closest('form[data-evidence]');
  const on = box.on;
  on('click', (e) => { if (evidence(e.target) && e.target.type === 'file') e.target.multiple = true; });
  function chosen(el) {
    const form = evidence(el);
    if (!form || el.type !== 'file' || !el.files.length) return;
    const files = Array.from(el.files);
    el.value = '';
    take(form, files);
  }
  on('change', (e) => chosen(e.target));
  on('submit', (e) => {
    const waits = Array.from(items.values()).some((i) => i.bytes && !i.done);
    if (e.target.getAttribute('action') === '/signout' && waits && !window.confirm('还有文件没有传完，退出会把它们从这台设备上清除。仍要退出吗？')) return e.preventDefault();
    if (!evidence(e.target)) return;
    // Nothing to send: what was chosen is on its way, and what was refused stays to be read.
    e.preventDefault();
  });
  on('paste', (e) => {
    const form = document.querySelector('form[data-evidence]'), clip = e.clipboardData;
    if (!form || !clip || !clip.files.length) return;
    // Copied from a document, words come with a picture of themselves: in a text field the words are meant.
    const text = Array.from(clip.types).includes('text/plain');
    if (text && e.target.closest && e.target.closest('input,textarea')) return;
    e.preventDefault();
    take(form, Array.from(clip.files), true);
  });
  const back = () => { tries = 0; pump(); };
  on('online', back, window);
  on('visibilitychange', () => { if (document.visibilityState === 'visible') back(); });
  on('beforeunload', (e) => {
    if (Array.from(items.values()).some((i) => i.bytes && !i.done && !i.kept) && !box.dead) { e.preventDefault(); e.returnValue = ''; }
  }, window);
  // A page shown by navigation in the browser shows what waits for it.
  const shown = () => {
    const list = document.querySelector('[data-evidence-queue]');
    if (list && !list.children.length) items.forEach((item) => { if (!item.done && !item.gone) paint(item); });
    document.querySelectorAll('form[data-evidence] .actions button:not([hidden])').forEach((el) => { el.hidden = true; });
  };
  page.setAttribute('data-sends', '');
  inputs().forEach(chosen);
  shown();
  new MutationObserver(shown).observe(document, { childList: true, subtree: true });
  restore();
})();
