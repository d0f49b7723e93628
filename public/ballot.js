// The rater's sheet on the phone: kept here while it is filled, sent until acknowledged, wiped once it counts.
// Owns: the draft (this device, this seat's credential), the counter `rev`, the truthful states.
// Refuses: to change the form because of an event; to call received what was not acknowledged.
//
//   <form id="ballot" data-put="/api/v1/rounds/ID/ballot" data-key="MEETING.SEAT" data-round data-state data-held="REV|">
//   fields v.PRESENTER (radio or number), d.PRESENTER.DIMENSION, c.PRESENTER; [data-row=PRESENTER] with [data-error]
//   #state with [data-word], [data-more]; #sheet-note. Says `wuze:ballot` to seat.js. ES2017.
(function () {
'use strict';
const form = document.getElementById('ballot'), json = JSON.stringify;
const FIRST = 800, LONGEST = 8000, PATIENCE = 15000, SPREAD = 2500; // ms
const all = (selector, root) => Array.prototype.slice.call((root || document).querySelectorAll(selector));
if (form && window.fetch && window.AbortController) sheet();

function sheet() {
const name = 'wuze-ballot.' + form.dataset.key, round = form.dataset.round;
const over = /^(sealed|void|lost)$/.test(form.dataset.state), epoch = +form.elements.epoch.value, held = form.dataset.held;
const put = form.dataset.put, room = (document.body.dataset.stream || '').replace(/\/stream.*/, '/sheet'), points = form.dataset.scale === 'points';
const rows = all('[data-row]', form).map((e) => e.dataset.row);
const box = document.getElementById('state'), button = document.querySelector('button[data-submit]');
let state = form.dataset.state, line = true, timer = 0, tries = 0, way = null, last = '';

// ---- The copy on this phone. `out` was submitted and is not acknowledged; `how` is what the seat holds instead of the last
// one: 'late' (an older one), 'other' (another tab's), 'last' (not known which), 'paper'; `sure`: asked after 收回.
const empty = () => ({ round, fields: null, at: 0, rev: 0, out: null, acked: 0, ended: '', how: '', sure: false });
let mine = empty(), keeps = true;
const inputs = () => all('input, textarea', form).filter((f) => /^[vdc]\./.test(f.name));
const shown = fields();
function read() {
  try {
    const text = localStorage.getItem(name), old = text && JSON.parse(text);
    if (old && old.round === round) mine = old;
    // A voided round's is a draft for this one.
    else if (old && old.fields) { mine.fields = old.fields; mine.at = old.at; }
  } catch (e) { keeps = false; }
  // '0': from a device before.
  if (held) { mine.rev = Math.max(mine.rev, held); if (!mine.out) mine.acked = mine.rev || 1; }
  // Drawn after 收回 and not for paper.
  if (state === 'closed' && held) { mine.sure = true; mine.how = form.dataset.how || mine.how; }
}
function keep() {
  try { localStorage.setItem(name, json(mine)); keeps = true; } catch (e) { keeps = false; }
}
function erase() { try { localStorage.removeItem(name); } catch (e) { /* nothing was kept */ } }
function forget() {
  // Only numbers stay: what was chosen does not.
  const { rev, acked, ended, how, sure } = mine;
  mine = Object.assign(empty(), { rev, acked, ended, how, sure });
  keep();
  if (rows.length) fill({});
}
// Copies of older seats.
try { Object.keys(localStorage).filter((k) => /^wuze-ballot\./.test(k) && k !== name).forEach((k) => localStorage.removeItem(k)); } catch (e) { keeps = false; }

const rowOf = (id) => form.querySelector('[data-row="' + id + '"]');
function fields() {
  const out = {};
  inputs().forEach((f) => {
    if (f.type === 'radio' ? f.checked : f.value !== '') out[f.name] = f.value;
  });
  return out;
}
function fill(values) {
  inputs().forEach((f) => {
    if (f.type === 'radio') f.checked = values[f.name] === f.value;
    else f.value = values[f.name] || '';
  });
  all('details', form).forEach((d) => { if (all('input:checked, textarea', d).some((f) => f.type === 'radio' || f.value)) d.open = true; });
}
const mark = (value) => (points ? { points: Number(value) } : { grade: value });
function ballot(values) {
  return { lines: rows.map((id) => {
    const value = values['v.' + id];
    let vote = value;
    if (value !== 'abstain' && value !== 'recuse') {
      const dimensions = {};
      Object.keys(values).forEach((k) => { if (k.indexOf('d.' + id + '.') === 0) dimensions[k.slice(id.length + 3)] = mark(values[k]); });
      vote = { rate: { overall: mark(value), dimensions } };
    }
    return { presenter: id, vote, comment: values['c.' + id] || '' };
  }) };
}

// ---- What is said, and nothing that is not so.
function say(kind, word, more) {
  const text = kind + word + more;
  if (text === last) return;
  last = text;
  box.className = 'state-box ' + kind;
  box.querySelector('[data-word]').textContent = word;
  box.querySelector('[data-more]').textContent = more;
}
const clock = (ms) => new Date(ms + 288e5).toISOString().slice(11, 16);
const done = () => state === 'closed' || state === 'sealed';
function changed() { return mine.fields && json(mine.fields) !== json(mine.sent || {}); }
function show() {
  if (over && !done()) return; // void or lost: the page says it
  const here = keeps ? '已存在本机' : '只在这个页面里，请勿关闭', halt = state === 'paused' && '测评暂停，继续后才能提交';
  document.dispatchEvent(new CustomEvent('wuze:ballot', { detail: mine }));
  const saved = document.querySelector('#offline [data-saved]');
  if (saved) saved.textContent = mine.acked && !mine.out && !changed() ? '您交的已收到，不受影响。' : '您填的' + (keeps ? '已存在本机' : '还在这个页面里') + '，连上后' + (mine.out ? '会自动再送。' : '可以提交。');
  if (mine.how === 'paper') say('wait', '您领了纸质测评表', '手机上的不计入，请填写纸质测评表，交到票箱');
  else if (mine.ended) say('bad', mine.ended, '');
  else if (done() && mine.out) say('wait', '正在核对', '测评表已收回，正在问这一张收到没有');
  else if (done() && mine.acked && mine.sure && mine.how === 'late') say('wait', '计入的是上一次交的', '最后一次修改未计入');
  else if (done() && mine.acked && mine.sure) say('good', '✓ 已计入', mine.how ? '计入的是' + (mine.how === 'other' ? '您在别处交的更新的一张' : '收回前最后收到的一张') : (state === 'sealed' ? '已封存' : '测评表已收回') + '。本机的副本已清除');
  else if (over || state === 'sealed' && mine.acked) say('', '这一轮已封存', '收回前显示“已收到”的都已计入；领了纸质测评表的，以纸质为准');
  else if (done() && mine.acked) say('wait', '正在核对', '测评表已收回，正在问计入的是哪一张');
  else if (done()) say('bad', '没有收到您的测评表', '测评表已收回，这一轮没有计入');
  else if (mine.out) say('wait', line && !halt ? '正在送出…' : '还没有送出', here + (halt ? '，测评继续' : line ? '，没有回音' : '，网络通了') + '会自动再送');
  else if (mine.acked && changed()) say('wait', '有修改还没有提交', here + '；' + (halt || '服务器上是上一次提交的'));
  else if (mine.acked) say('good', '✓ 已收到', mine.how ? '您在别处交过更新的一张，以那张为准' : 'once' in form.dataset ? '会场平板上只交一次' : halt || '收回以前可以修改');
  else if (mine.fields) say('wait', here + '　' + clock(mine.at), halt || '还没有提交');
  else say('', '还没有填', halt || '填了会先存在本机');
  const count = rows.filter((id) => fields()['v.' + id]).length, progress = form.querySelector('[data-progress]');
  if (progress) progress.textContent = count === rows.length ? '都填好了' : '已填 ' + count + ' 位，共 ' + rows.length + ' 位';
  if (button) {
    button.textContent = mine.acked ? '提交修改' : '提交';
    button.disabled = state !== 'open' || !!mine.ended || mine.how === 'paper';
    // What counts is not for the neighbour to read; what was not sent stays.
    button.hidden = form.hidden = mine.how === 'paper' || done() && !!mine.acked && !mine.out;
  }
}
function error(id, words) {
  const row = rowOf(id), e = row && row.querySelector('[data-error]');
  if (!e) return false;
  e.textContent = words;
  e.hidden = !words;
  row.classList.toggle('wrong', !!words);
  return true;
}

// ---- Sending: the same key and body until answered.
function retry() {
  clearTimeout(timer);
  timer = setTimeout(send, Math.min(LONGEST, FIRST * Math.pow(2, tries)) * (0.6 + 0.8 * Math.random()));
  tries += 1;
}
function send() {
  clearTimeout(timer);
  if (!mine.out || way) return;
  const out = mine.out, stop = new AbortController(), guard = setTimeout(() => stop.abort(), PATIENCE);
  way = stop;
  const finish = () => { clearTimeout(guard); if (way === stop) way = null; };
  fetch(put, { method: 'PUT', credentials: 'same-origin', cache: 'no-store', signal: stop.signal, headers: { 'content-type': 'application/json' }, body: out.body })
    .then((r) => r.json().catch(() => ({})).then((answer) => { finish(); judged(out, r.status, answer); }))
    .catch(() => { finish(); retry(); show(); });
}
function again() { if (mine.out) { tries = 0; send(); } }
function judged(out, status, answer) {
  if (status === 200) {
    mine.acked = out.rev;
    tries = 0;
    if (mine.out && mine.out.rev === out.rev) { mine.out = null; mine.sent = JSON.parse(out.fields); }
    const verdict = answer.verdict;
    mine.how = verdict === 'superseded' ? 'other' : verdict === 'sealed_counted' ? 'last' : '';
    if (/^sea/.test(verdict)) { mine.sure = !!mine.how; state = 'sealed'; }
    if (done()) forget(); else keep();
    if (mine.how || done() && !mine.sure) ask(0);
    const next = document.querySelector('form[data-leave]');
    if (next) setTimeout(() => { erase(); next.elements.received.value = '1'; next.submit(); }, 2500);
  } else if (status === 429 || status >= 500) {
    retry();
  } else {
    const words = answer.error || '没有收下。请刷新页面后核对。';
    if (mine.out && mine.out.rev === out.rev) mine.out = null;
    if (status === 422) {
      const at = answer.field && error(answer.field, words);
      if (!at) mine.ended = words;
      else rowOf(answer.field).scrollIntoView({ block: 'center' });
    } else if (status === 410) {
      // After 收回: what was received before still counts, this one does not.
      if (!done()) state = 'closed';
      if (mine.acked) { mine.how = 'late'; mine.sure = true; forget(); } else mine.ended = words;
    } else if (status === 409 && answer.field) {
      // Another tab's ballot has this number, and counts until this one is submitted again.
      mine.acked = mine.rev;
      mine.sent = null;
      ask(0);
    } else mine.ended = words;
    keep();
  }
  show();
  if (mine.out && mine.out.rev !== out.rev) send();
}
// ---- What the room holds of this seat. Not all phones in one second.
let asking = 0;
function ask(most) {
  clearTimeout(asking);
  asking = setTimeout(() => fetch(room, { credentials: 'same-origin', cache: 'no-store' })
    .then((r) => r.json().then((seat) => {
      if (r.status === 403) mine.ended = seat.error; // another device
      else if (!r.ok) throw new Error(r.status);
      else if (!seat.round || seat.round.id !== round || !/^(open|paused|closed)$/.test(seat.round.state)) return;
      else {
        if (seat.on_paper || mine.how === 'paper') mine.how = seat.on_paper ? 'paper' : '';
        else if (seat.rev > mine.rev && !mine.out) { mine.how = 'other'; mine.acked = seat.rev; }
        mine.rev = Math.max(mine.rev, seat.rev || 0);
        mine.sure = seat.round.state === 'closed';
      }
      keep();
      show();
    }))
    .catch(() => { if (done() && !mine.sure) ask(2 * LONGEST); }), most * Math.random());
}
form.addEventListener('submit', (e) => {
  e.preventDefault();
  const now = fields();
  let first;
  rows.forEach((id) => {
    const value = now['v.' + id], bad = points && value && !/^(abstain|recuse)$/.test(value) && !/^(100|[1-9]?[0-9])$/.test(value);
    const words = !value ? '还没有总体评价。请选一个，或选“弃权”。' : bad ? '分数应为 0 到 100 的整数。' : '';
    error(id, words);
    if (words && !first) first = rowOf(id);
  });
  if (first) {
    first.scrollIntoView({ block: 'center', behavior: 'smooth' });
    const field = first.querySelector('input');
    if (field) field.focus({ preventScroll: true });
    return;
  }
  const text = json(now);
  if (mine.acked && !mine.out && json(mine.sent || {}) === text) { show(); return; }
  mine.rev += 1;
  mine.fields = now;
  mine.out = { rev: mine.rev, fields: text, body: json({ epoch, rev: mine.rev, ballot: ballot(now) }) };
  tries = 0;
  keep();
  show();
  if (way) way.abort();
  way = null;
  send();
});
let typing = 0;
form.addEventListener('input', (e) => {
  const row = e.target.closest && e.target.closest('[data-row]');
  if (row && /^v\./.test(e.target.name)) error(row.dataset.row, '');
  // A number and a choice of 弃权 exclude each other.
  if (points && row && /^v\./.test(e.target.name)) all('input', row).forEach((f) => {
    if (f === e.target || f.name !== e.target.name) return;
    if (f.type === 'radio') f.checked = false; else f.value = '';
  });
  clearTimeout(typing);
  typing = setTimeout(store, e.target.type === 'radio' ? 0 : 250);
});
function store() {
  mine.fields = fields();
  mine.at = Date.now();
  keep();
  show();
}
addEventListener('pagehide', () => { if (typing && changed() && !done()) store(); });

// ---- What the room says: only words, never the form.
document.addEventListener('wuze:state', (e) => {
  const now = e.detail.values, hint = document.getElementById('sheet-note');
  if (now.round && now.round !== round) {
    if (hint) hint.hidden = now.state !== 'open' && now.state !== 'paused';
    if (state === 'open' || state === 'paused') state = 'sealed';
  } else if (now.round) {
    const before = state;
    state = now.state;
    if (before !== 'open' && state === 'open') {
      mine.ended = '';
      mine.sure = false;
      if (mine.how === 'late') mine.how = '';
    }
    if (state === 'closed' && mine.acked && !mine.out && !mine.sure) {
      if (changed()) mine.how = 'late';
      if (before !== 'closed') ask(SPREAD);
    }
    // Counts nothing: the copy stays, for the next one.
    if (state === 'void' || state === 'lost') mine.ended = (state === 'void' ? '本轮作废，不计入' : '服务器恢复后需重新测评') + '。等下一轮开始后请重新提交';
  }
  if (mine.out) again();
  else if (done() && mine.acked && mine.fields) forget();
  show();
});
document.addEventListener('wuze:line', (e) => { if (e.detail && !line) ask(SPREAD); line = e.detail; if (line) again(); show(); });
addEventListener('online', again);
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') again(); });

read();
// What a refused form came back with is newer than the copy.
if (Object.keys(shown).length) { mine.fields = shown; mine.at = Date.now(); keep(); }
else if (mine.fields) fill(mine.fields);
if (done() && mine.acked && !mine.out) forget();
all('form[data-leave]').forEach((f) => f.addEventListener('submit', (e) => {
  if (mine.out) { e.preventDefault(); alert('这一张还没有收到回音，请稍候再交给下一位。'); return; }
  erase();
}));
send();
show();
}
})();
