// Around the sheet on a rater's page: opens it when the room opens it, covers it on a shared tablet, says when the seat is closed.
// Owns: the way from 「您已签到」 to the sheet, the cover, the note on what another submission replaces.
// Refuses: to leave a page under a press or with something typed; to touch a field. ballot.js says what became of the sheet.
//
//   #open-sheet[data-drawn="ROUND.STATE"]  link to the sheet, with what the page was drawn at
//   #again                                 shown while a ballot is in and the form is empty
//   body.covered                           nothing of the sheet is to be seen
//   `wuze:ballot` (detail: the copy on this phone) from ballot.js, `wuze:state` and `wuze:revoked` from live.js. ES2017.
(function () {
'use strict';
const body = document.body, link = document.getElementById('open-sheet'), note = document.getElementById('again');
const tablet = document.querySelector('form[data-leave]'), form = document.getElementById('ballot');
const SOON = 300, SPREAD = 1500; // ms: not all phones of a hall in the same instant
let going = 0, sent = false, state = form ? form.dataset.state : '', on = /^(open|paused)$/.test(state);

function busy() {
  const field = document.activeElement;
  return body.hasAttribute('data-pressed') || !!field && /^(INPUT|TEXTAREA|SELECT)$/.test(field.tagName);
}
function go() {
  if (busy()) { going = setTimeout(go, SOON); return; }
  location.replace(link.href);
}
document.addEventListener('wuze:state', (e) => {
  const now = e.detail.values, last = now.round && now.round + '.' + now.state;
  // Closed and open again while this page stood there.
  if (note && state === 'closed' && now.state === 'open') note.firstElementChild.hidden = false;
  state = now.state;
  on = /^(open|paused)$/.test(state);
  clearTimeout(going);
  if (!link || !on || last === link.dataset.drawn) return;
  going = setTimeout(go, SOON + SPREAD * Math.random());
});

document.addEventListener('wuze:ballot', (e) => {
  const mine = e.detail, out = !!mine.out;
  if (note) note.hidden = !on || !mine.acked || !!mine.fields || out;
  // Whoever takes the tablet next sees nothing of the last one, from the press on.
  sent = sent || out;
  if (tablet) body.classList.toggle('covered', sent && (out || !!mine.acked) && !mine.ended);
});
// A page that the browser kept would come back filled in.
window.addEventListener('pageshow', (e) => { if (e.persisted && tablet) location.reload(); });

document.addEventListener('wuze:revoked', () => {
  const bar = document.querySelector('.send');
  clearTimeout(going);
  if (bar) bar.hidden = true;
  if (form) form.hidden = true;
});
})();
