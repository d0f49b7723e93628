// Draws the working part of a page of the hall again when the room has changed.
// Owns: `#live` (its address in data-page), the note `#stale`. live.js reads the stream and says what changed.
// Refuses: to touch what somebody is in the middle of. A form that was touched, holds the focus, stands open or came back
// refused stays the very same element, never taken out of the page, and everything around it is renewed. Where the fresh page
// has no such form any more, nothing is drawn and `#stale` says so. Nothing at all is drawn under a press. ES2017.
(function () {
'use strict';
const body = document.body, live = document.getElementById('live'), note = document.getElementById('stale');
if (!live || !window.fetch || !window.DOMParser || !window.Map) return;
const list = (some) => Array.prototype.slice.call(some);
const all = (selector, root) => list(root.querySelectorAll(selector));
const pressed = () => body.hasAttribute('data-pressed');
let before = null, stale = false, busy = false, more = false, later = 0;

// ---- What stays: the outermost open <details> of the form, else the form, else the field alone.
function changed(f) {
  if (f.type === 'hidden') return false;
  if (f.type === 'checkbox' || f.type === 'radio') return f.checked !== f.defaultChecked;
  if (f.options) return list(f.options).some((o, i) => o.selected !== (o.defaultSelected || (i === 0 && f.selectedIndex === 0)));
  return f.value !== f.defaultValue;
}
function unit(e) {
  const form = e.closest('form') || e, box = form.closest('details[open]');
  return box && live.contains(box) ? box : form;
}
function halfDone() {
  const found = new Set(), field = document.activeElement;
  if (field && live.contains(field) && /^(INPUT|TEXTAREA|SELECT)$/.test(field.tagName)) found.add(unit(field));
  all('[data-kept]', live).forEach((e) => found.add(unit(e)));
  all('details[open]', live).forEach((e) => { if (e.querySelector('form')) found.add(unit(e)); });
  all('input, textarea, select', live).forEach((e) => { if (changed(e)) found.add(unit(e)); });
  return Array.from(found);
}

// ---- The same form of the fresh page: where it goes and what it is about. Keys that are new on each page do not count.
function name(e) {
  const form = e.matches('form') ? e : e.querySelector('form');
  if (!form) return '';
  const about = all('input[type=hidden]', form).filter((f) => !/^(_token|command|seen)$/.test(f.name));
  return [e.tagName, form.getAttribute('action')].concat(about.map((f) => f.name + '=' + f.defaultValue)).join(' ');
}
/** Old elements that stay, with the fresh ones in whose place they stay; null: they cannot. */
function pairs(fresh, kept) {
  const met = new Map([[live, fresh]]);
  const fits = kept.every((old) => {
    const own = name(old), found = own ? all(old.tagName, fresh).filter((e) => name(e) === own) : [];
    if (found.length !== 1) return false;
    let a = old, b = found[0];
    for (; a !== live && b !== fresh; a = a.parentNode, b = b.parentNode) {
      if (a.tagName !== b.tagName || (met.has(a) && met.get(a) !== b)) return false;
      met.set(a, b);
    }
    return a === live && b === fresh;
  });
  return fits ? met : null;
}
/** Renews everything around what stays. */
function around(met, kept) {
  const back = new Map();
  met.forEach((b, a) => back.set(b, a));
  const plan = [];
  let fits = true;
  met.forEach((b, a) => {
    if (kept.indexOf(a) >= 0) return;
    const stay = list(a.childNodes).filter((c) => met.has(c)), come = list(b.childNodes);
    const same = come.filter((c) => back.has(c)).map((c) => back.get(c));
    if (stay.some((c, i) => c !== same[i]) || stay.length !== same.length) fits = false;
    plan.push([a, b, come]);
  });
  if (!fits) return false;
  plan.forEach(([a, b, come]) => {
    list(a.childNodes).forEach((c) => { if (!met.has(c)) a.removeChild(c); });
    let at = a.firstChild;
    come.forEach((c) => { if (back.has(c)) at = back.get(c).nextSibling; else a.insertBefore(c, at); });
    if (a !== live) a.className = b.className;
  });
  return true;
}
function draw(fresh) {
  const kept = halfDone(), met = pairs(fresh, kept);
  // What the last press was answered stays until the next one: half a second is no time to read.
  const notes = () => all('.note[role]:not([data-now])', live), told = notes().reverse();
  // Whoever goes by keyboard keeps his place on a button that is drawn again.
  const here = document.activeElement, form = here && live.contains(here) && here.closest('form'), own = form ? name(form) : '';
  if (!met || !around(met, kept)) return false;
  told.forEach((n) => { if (!live.contains(n) && !notes().some((o) => o.textContent === n.textContent)) live.insertBefore(n, live.firstChild); });
  if (own && !live.contains(here)) all('form', live).filter((f) => name(f) === own).slice(0, 1).forEach((f) => { const b = f.querySelector('button'); if (b) b.focus({ preventScroll: true }); });
  return true;
}

function redraw() {
  stale = true;
  if (pressed()) return; // when it is over
  if (busy) { more = true; return; }
  busy = true;
  more = false;
  // A page that answers a refused form stands under the form's address.
  const from = live.getAttribute('data-page');
  fetch(from && from !== location.pathname ? from : location.pathname + location.search.replace(/([?&])said=[^&]*/, '$1'), { credentials: 'same-origin', cache: 'no-store' })
    .then((r) => { if (!r.ok || r.redirected) throw new Error(r.status); return r.text(); })
    .then((text) => {
      const fresh = new DOMParser().parseFromString(text, 'text/html').getElementById('live');
      if (!fresh || pressed()) return;
      // What cannot be drawn now is drawn when the form is done, or with the next event.
      stale = !draw(fresh);
      if (note) note.hidden = !stale;
      if (!stale) document.dispatchEvent(new CustomEvent('wuze:drawn', { detail: live }));
    })
    .catch(() => again(1500))
    .then(() => { busy = false; if (more) again(120); });
}
function again(ms) { clearTimeout(later); later = setTimeout(redraw, ms); }
['focusout', 'change', 'toggle', 'reset', 'wuze:free'].forEach((what) => document.addEventListener(what, () => { if (stale) again(300); }, true));

document.addEventListener('wuze:state', (e) => {
  const values = e.detail.values, watch = (body.getAttribute('data-watch') || '').split(' ').filter(Boolean);
  // The page was drawn a moment before the first event: it may be older.
  if (watch.length && (!before || watch.some((key) => String(before[key]) !== String(values[key])))) again(before ? 120 : 300);
  before = values;
});
})();
