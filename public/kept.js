// What only this device holds is named: above every page what was refused while nobody looked, until it is corrected and
// saved or deleted by hand, which is asked once more; before signing out, which wipes it, what was not sent or not saved.
// For drafts.js: shows other notes that were not finished, and two versions of one draft side by side. Needs outbox.js and
// drafts.js. Refuses: to take a refused text off the device by itself, however old it is; to join two notes. ES2017, at
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
  box.begins = begins;
  /** One draft, named by its first words. */
  box.begun = (o) => { const words = begins(o); return `您有一份 ${o.when} 的草稿${words && `「${words}」`} `; };
  /** Nothing but the day stands in it, which stands there by itself. */
  box.blank = (form) => box.drafts.controls(form).every((el) => (box.drafts.ticks(el) ? !el.checked : el.type === 'date' || !el.value.trim()));
  /** The server did not say which refused notes it lists: those on the device are offered like every other. */
  box.alone = (form, st) => {
    if (!st.several || st.refused) return;
    st.refused = [];
    box.notes(form, st);
  };
  /** A draft together with what was written beside it: no text is lost. */
  box.merged = (form, draft, now, first) => {
    const out = [];
    new Set(draft.concat(now).map((f) => f[0])).forEach((name) => {
      const of = (list) => list.filter((f) => f[0] === name).map((f) => f[1]);
      const d = of(draft), n = of(now), el = box.drafts.controls(form).find((one) => one.name === name) || {};
      let v = d;
      if (n.length && String(n) !== String(of(first))) {
        if (el.type === 'checkbox' || el.multiple) v = Array.from(new Set(d.concat(n)));
        else if (!/^(text|search|textarea)$/.test(el.type) || n[0].includes(d[0] || '')) v = n;
        else if (!d[0].includes(n[0])) v = [d[0] + '\n' + n[0]];
      }
      v.forEach((one) => out.push([name, one]));
    });
    return out;
  };
  /** A draft in words: texts as typed, ticks by their labels. */
  const inWords = (form, list) => box.drafts.texts(list).map((f) => {
    const el = box.drafts.controls(form).find((one) => one.name === f[0] && (!box.drafts.ticks(one) || one.value === f[1]));
    return el && box.drafts.ticks(el) && el.labels[0] ? el.labels[0].textContent.trim() : f[1];
  }).filter(Boolean).join('\n');
  /** Two drafts side by side, and what to do about them. Until that is said, the form does not send. */
  box.choose = (form, st, a, b, use, none) => {
    const cols = document.createElement('div');
    cols.className = 'cols';
    [['这台', a], ['另一台', b]].forEach(([who, o]) => {
      const card = cols.appendChild(document.createElement('pre'));
      card.className = 'card';
      card.style.cssText = 'font:inherit;white-space:pre-wrap;text-align:left';
      card.textContent = `${who}（${o.when}）\n${inWords(form, o.fields)}`;
    });
    const head = document.createElement('div');
    head.append('您在两台设备上都写了这一份', cols);
    box.note(st.id, head, [
      ['用这台的', use(a)],
      ['用另一台的', use(b)],
      ['两段都留', use({ fields: box.merged(form, a.fields, b.fields, []) })],
    ].concat(none ? [['都不要', none]] : []), true);
  };
  /** Other notes: each goes on or away by itself. What the form shows already is its own. */
  box.notes = (form, st) => {
    const { fields, same, drop } = box.drafts;
    const now = fields(form), first = fields(form, true), page = new URLSearchParams(location.search).get('draft');
    const mine = !st.at && st.others.find((o) => same(o.fields, now) || same(o.fields, first));
    if (mine) {
      Object.assign(st, { id: mine.id, subject: mine.subject, seen: mine.seen, mends: mine.mends });
      if (same(mine.fields, now)) st.fields = now;
    }
    // The page of a refused note is about that one only.
    const all = st.others = st.others.filter((o) => o !== mine && (!page || o.here || o.mends === page || o.draft === page));
    // A page brought back by the browser: another text under its id.
    if (all.some((o) => o.id === st.id)) { st.id += '.'; st.subject += '.'; }
    // What was refused stands in the list of those, as long as the server has it there.
    const shown = all.filter((one) => page || !one.mends || (st.refused && !st.refused.includes(one.mends)));
    const o = shown[0], n = shown.length, away = () => all.splice(all.indexOf(o), 1);
    if (!o) return box.note(st.name);
    const none = () => { away(); drop(o); box.notes(form, st); };
    const next = () => { all.push(away()[0]); box.notes(form, st); };
    box.note(st.name, n > 1 ? `您有 ${n} 份草稿，${o.when}「${begins(o)}」 ` : box.begun(o),
      [['继续写', () => swap(form, o)], ['不要了', none]].concat(n > 1 ? [['下一份', next]] : []), true);
  };
  /** Goes on with another note; what stands in the form stays a draft by itself. */
  async function swap(form, o) {
    const { open, fresh, idle, fill, touch, keep } = box.drafts;
    if (open(form).locked) fresh(form);
    const old = open(form);
    if (old.busy || old.asked) return;
    const written = !idle(form);
    if (written) { touch(form); await keep(form, true); }
    clearTimeout(old.timer);
    box.release(form);
    const st = Object.assign(box.stateOf(form), { id: o.id, subject: o.subject, seen: o.seen, mends: o.mends, taken: true });
    // Saved, it mends the refused one.
    const el = form.elements._draft || form.appendChild(Object.assign(document.createElement('input'), { type: 'hidden', name: '_draft' }));
    el.value = box.mends(st);
    fill(form, o.fields, true);
    touch(form);
    const told = () => written && (old.here || old.seen) && box.stateOf(form) === st && box.say(form, 'saved', '刚才写的已存为草稿');
    told();
    await keep(form);
    await st.chain;
    told();
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
    const begun = Date.now();
    await box.wipe();
    // Not cut short: nothing is left that the next script here would have to take away.
    if (box.onDevice() && Date.now() - begun < 2500) form.insertAdjacentHTML('beforeend', '<input type="hidden" name="wiped" value="1">');
    HTMLFormElement.prototype.submit.call(form);
  }
  /** 「不要了」 of a refused note: its copy on this device goes with it. */
  async function forget(form) {
    const id = form.elements.draft.value, rows = await box.all('draft').catch(() => []);
    await Promise.all(rows.filter((row) => row.mends === id).map((row) => box.del('draft', row.id)));
    HTMLFormElement.prototype.submit.call(form);
  }
  const ways = { '/signout': signOut, '/drafts/forget': forget };
  window.addEventListener('submit', (e) => {
    const way = ways[e.target.getAttribute('action')];
    if (e.defaultPrevented || !way) return;
    e.preventDefault();
    if (!box.dead) way(e.target);
  });
})();
