// What only this device holds is named: above every page what was refused while nobody looked, until it is corrected and
// saved or deleted by hand, which is asked once more; before signing out, which wipes it, what was not sent or not saved.
// Needs outbox.js and drafts.js. Refuses: to take a refused text off the device by itself, however old it is. ES2017, at
// most 15 KB.
(function () {
  'use strict';
  const box = window.outbox;
  if (!box) return;

  const asked = new Set(); // rows about which it is asked whether they may go
  const SHOWN = 24; // characters of a text that name it
  /** The beginning of what was typed, for the question before it is deleted; never above a page by itself. */
  function begins(item) {
    const fields = item.fields || Array.from(new URLSearchParams(item.body));
    const text = fields.filter((f) => /^(text|f\.text)/.test(f[0]) && f[1].trim()).map((f) => f[1].trim())[0] || '';
    const signs = Array.from(text.replace(/\s+/g, ' '));
    return signs.length > SHOWN ? signs.slice(0, SHOWN).join('') + '…' : signs.join('');
  }
  const day = (at) => { const d = new Date(at); return `${d.getMonth() + 1}月${d.getDate()}日`; };

  /** Refused unseen. The row stays in the queue: its draft on the server may end before somebody comes to correct it. */
  box.refusal = (row) => {
    const item = row.value, answer = item.refused, id = 'refused' + row.id;
    const gone = () => { asked.delete(row.id); box.note(id); return box.del('queue', row.id); };
    const retry = () => {
      item.refused = null;
      box.note(id);
      box.put('queue', { id: row.id, at: row.at }, item).then(box.flush);
    };
    const mend = () => {
      // What only this page has (its id is a text) ends with it; the server keeps a draft.
      const before = typeof row.id === 'number' ? Promise.resolve() : gone();
      before.then(() => location.assign(answer.to));
    };
    // The question stays while the queue goes on being looked at.
    const ask = () => {
      const words = begins(item);
      asked.add(row.id);
      box.note(id, `删除后找不回来：${day(row.at)}写的${words ? `「${words}」` : '一条'}。 `, [['确定删除', gone], ['留着', keep]]);
    };
    const keep = () => { asked.delete(row.id); show(); };
    const show = () => {
      if (answer.to === location.pathname + location.search) box.note(id);
      else if (asked.has(row.id)) ask();
      else if (answer.to) box.note(id, `有 1 条没有通过，内容还在（${day(row.at)}）。 `, [['去修改', mend], ['删除', ask]]);
      else box.note(id, `有 1 条没有被接收（${day(row.at)}）：${answer.words} `, [['再送一次', retry], ['删除', ask]]);
    };
    show();
  };
  /** It is done with once its correction is taken; a correction refused `again` stands in its place. */
  box.mended = async (item, again) => {
    for (const row of item.mends ? await box.all('queue') : []) {
      const old = row.value, to = old.refused && old.refused.to;
      // The draft of a correction refused since may still name what that one corrected.
      if (!to || old.command === item.command || !(to.includes('draft=' + item.mends) || old.mends === item.mends)) continue;
      if (again) await box.put('queue', { id: row.id, at: row.at }, Object.assign({}, item, { refused: again }));
      else await box.del('queue', row.id);
      box.note('refused' + row.id);
    }
  };

  /** Takes the account's waiting files (evidence.js) off the device. */
  box.wipeMore = () => new Promise((ok) => {
    const r = indexedDB.open('wuze-files', 1);
    r.onupgradeneeded = () => r.result.createObjectStore('file', { keyPath: 'id' });
    r.onerror = r.onblocked = ok;
    r.onsuccess = () => {
      const t = r.result.transaction('file', 'readwrite'), rows = t.objectStore('file').openCursor();
      rows.onsuccess = () => {
        const at = rows.result;
        if (!at) return;
        if (at.value.account === box.account) at.delete();
        at.continue();
      };
      t.oncomplete = t.onabort = ok;
    };
  });

  /** Signing out: what is only here is named first, then wiped together with its key. An ended session wipes nothing. */
  async function signOut(form) {
    const slow = new Promise((ok) => setTimeout(ok, 3000));
    if (box.drafts) await Promise.race([slow, box.drafts.settle().catch(() => 0)]);
    const unsent = (await box.all('queue')).length, unsaved = (await box.all('draft')).filter((row) => !row.synced).length;
    const parts = [unsent && `${unsent} 条没有送出`, unsaved && `${unsaved} 份草稿没有存到服务器`].filter(Boolean);
    if (parts.length && !window.confirm(`还有 ${parts.join('，')}。退出会把它们从这台设备上清除。仍要退出吗？`)) return;
    await box.wipe();
    HTMLFormElement.prototype.submit.call(form);
  }
  window.addEventListener('submit', (e) => {
    if (e.defaultPrevented || e.target.getAttribute('action') !== '/signout') return;
    e.preventDefault();
    if (!box.dead) signOut(e.target);
  });
})();
