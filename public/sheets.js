// The sheets that a reader keeps on this device (onsite.js), on the offline page (server/src/http/offline.html): the sheet
// itself at its own address, with the marks, the tags and how far one has come; at every other address the list of those
// that are here. Refuses: to show one to whoever holds the phone after the session is over or as somebody else, or after
// the reading's last day. ES2017, at most 15 KB.
(function () {
'use strict';
// At other addresses than a sheet's, `window.onsite` is the element of that id.
const box = window.outbox, site = window.onsite && window.onsite.load ? window.onsite : null, by = (name) => document.getElementById(name);
const make = (tag, words, name) => {
  const el = document.createElement(tag);
  if (words) el.textContent = words;
  if (name) el.className = name;
  return el;
};
const today = () => new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10);
/** The session whose page was last here still lasts. */
function lasts() {
  let last = null;
  try { last = JSON.parse(localStorage.getItem('wuze-last')); } catch (e) { /* forbidden */ }
  return !!last && Date.now() < last.until;
}

// ---- The list
async function list() {
  const out = by('sheets');
  await box.ready;
  const mine = (await box.all('year')).filter((row) => String(row.id).indexOf(box.account + '|sheet|') === 0);
  const rows = mine.filter((row) => row.value.sheet && row.value.until >= today());
  if (!rows.length) return;
  out.append(make('h2', '存在本机的检查表'));
  if (lasts()) {
    const ul = make('ul', '', 'rows');
    rows.forEach((row) => {
      const sheet = row.value.sheet, li = make('li'), a = make('a');
      a.href = '/oversight/' + sheet.id;
      a.append(make('b', sheet.title), make('small', `${sheet.purpose} · ${sheet.days}`));
      li.append(a);
      ul.append(li);
    });
    out.append(make('p', '没有网络也能看、能标，联网后按顺序自动送出。', 'hint'), ul);
  } else out.append(make('p', '登录已过期，存下的检查表不再显示，联网重新登录后再看。没有送出的标记还在本机。'));
  out.hidden = false;
}

// ---- The sheet
const hidden = (name, value) => Object.assign(make('input'), { type: 'hidden', name, value });
/** No page speaks for the item; a copy of before that was told names what it was taken off. */
const isBare = (item) => (item.bare === undefined ? !item.records.some((r) => r.words.indexOf('（已取消对应）') < 0) : item.bare);
/** Which items of the page are meant, where it corresponds to several; else the one of the sheet. */
function meant(record, duty) {
  const items = (record && record.items) || [];
  if (items.length < 2 || !items.some((one) => one[0] === duty)) return hidden('duty', duty);
  const field = make('div', '', 'field'), select = make('select'), codes = items.map((one) => one[1]).join('、');
  const option = (value, words) => {
    const el = Object.assign(make('option', words), { value });
    el.defaultSelected = el.selected = value === duty;
    return el;
  };
  select.name = 'duty';
  select.setAttribute('aria-label', `这一页对应 ${codes}，意见针对`);
  items.forEach((one) => select.append(option(one[0], `只对 ${one[1]}`)));
  select.append(option('', `全部（${codes}）`));
  field.append(make('span', `这一页对应 ${codes}，意见针对`, 'hint'), select, make('p', '与实际不符经两人认定后，所选条目取消对应并转红。', 'hint'));
  return field;
}
function taps(action, fields, buttons, of, bare) {
  const form = make('form', '', 'sheet-taps'), actions = make('div', '', 'actions'), state = make('p', '', 'save-state');
  form.method = 'post';
  form.setAttribute('action', action);
  form.setAttribute('data-onsite', '');
  form.setAttribute('aria-label', of);
  if (bare) form.setAttribute('data-onsite-bare', '');
  fields.forEach((field) => form.append(field));
  const none = Object.assign(make('button', '', 'visually-hidden'), { tabIndex: -1 });
  none.setAttribute('aria-hidden', 'true');
  const text = Object.assign(make('input'), { name: 'text', autocomplete: 'off', placeholder: bare ? '说明（没有对应的记录，都要写）' : '说明（印证充分可不写）' });
  text.setAttribute('aria-label', '说明');
  buttons.forEach(([value, words]) => actions.append(Object.assign(make('button', words, 'btn small'), { name: 'kind', value })));
  state.setAttribute('aria-live', 'polite');
  state.setAttribute('data-onsite-state', '');
  form.append(none, text, actions, state);
  return form;
}
const KINDS = [['sound', '印证充分'], ['mismatch', '与实际不符（须两人）'], ['wanting', '需补充']];
function marks(all) {
  const ul = make('ul', '', 'sheet-marks');
  all.forEach((mark) => ul.append(make('li', `${(KINDS.find((k) => k[0] === mark.kind) || [])[1] || ''} ${mark.words}`)));
  return ul;
}
/** Where one stopped, with the marks that are only here; onsite.js says how far that is. */
function resume() {
  const card = make('section', '', 'card'), words = make('p'), next = make('div', '', 'actions'), a = make('a', '', 'btn primary');
  words.setAttribute('data-onsite-progress', '');
  next.setAttribute('data-onsite-next', '');
  a.href = '#onsite';
  next.append(a);
  card.append(make('h2', '进度'), words, next);
  return card;
}
function build(sheet) {
  const out = by('onsite'), head = make('section', '', 'card'), all = make('section', '', 'card');
  const own = () => hidden('inspection', site.id), tap = () => hidden('tap', '1');
  head.append(make('h2', sheet.title), make('p', `${sheet.purpose} · ${sheet.days}`), make('p', sheet.sampling, 'hint'));
  all.append(make('h2', '抽查条目'));
  sheet.sample.forEach((item) => {
    const row = make('div', '', 'sheet-row'), left = make('div'), right = make('div'), name = `${item.code} ${item.text}`;
    row.id = 'row-' + item.duty;
    left.append(make('p', name, 'section-label'), marks(item.marks),
      taps('/oversight/remark', [own(), hidden('duty', item.duty), hidden('row', item.duty), tap()], KINDS, name, isBare(item)));
    item.records.forEach((record) => {
      const leaf = make('div', '', 'sheet-leaf'), title = make('p', record.words), place = `${record.id}-${item.duty}`;
      record.tags.concat(record.of || []).forEach((tag) => title.append(' ', make('span', tag, 'tag')));
      leaf.append(title, make('p', record.text || (record.talk ? '谈心谈话要点不开放。' : ''), 'read'));
      record.details.forEach(([label, value]) => leaf.append(make('p', `${label}：${value}`, 'hint')));
      leaf.append(marks(record.marks), taps('/oversight/remark',
        [own(), hidden('record', record.id), hidden('row', place), tap(), meant(record, item.duty)], KINDS, `${record.words} ${item.code}`));
      right.append(leaf);
    });
    if (!item.records.length) right.append(make('p', '还没有对应的记录', 'muted'));
    row.append(left, right);
    all.append(row);
  });
  out.append(head, resume(), all);
  if (sheet.items.length) {
    const items = make('section', '', 'card');
    items.append(make('h2', '未销号的问题'));
    sheet.items.forEach((item) => {
      const row = make('div', '', 'sheet-row'), left = make('div'), right = make('div');
      left.append(make('p', item.words, 'section-label'), make('p', item.problem, 'read'), make('p', item.state, 'hint'));
      right.append(make('p', `整改要求：${item.demand}`));
      item.looks.forEach((words) => right.append(make('p', words, 'hint')));
      right.append(taps('/oversight/look', [own(), hidden('item', item.id)], [['settled', '已见整改'], ['unsettled', '仍未整改']], item.words));
      row.append(left, right);
      items.append(row);
    });
    out.append(items);
  }
  out.hidden = false;
}
async function show() {
  const note = by('year-note');
  await site.load();
  const kept = site.kept();
  by('year-unit').textContent = '翻阅检查';
  if (!kept.sheet || kept.until < today()) {
    note.textContent = '这台设备上没有存下这张检查表。翻阅期间联网打开一次，以后没有网络也能看、也能标。';
    return list();
  }
  // Whoever holds the phone after the session is over reads nothing.
  if (!lasts()) {
    note.textContent = '登录已过期，存下的检查表不再显示，联网重新登录后再看。没有送出的标记还在本机。';
    return null;
  }
  note.textContent = `可以照常标记：先存在本机，联网后按顺序自动送出。下面的内容是 ${site.clock(kept.at)} 存下的。`;
  build(kept.sheet);
  site.listen();
  site.retype();
  site.paint();
  site.look();
  // The place in the address was not there yet.
  const place = by(location.hash.slice(1));
  return place && place.scrollIntoView();
}
const go = () => { if (box && box.account) (site ? show() : list()).catch(() => 0); };
if (document.readyState === 'complete') go(); else document.addEventListener('DOMContentLoaded', go);
})();
