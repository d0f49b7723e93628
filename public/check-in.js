// Coming in: a card's QR opens /m#CODE; the ticket of the hall's QR, scanned just before, saves typing the six digits.
// Owns: the fragment of the address, the ticket kept for five minutes. Refuses nothing: without it the form is typed. ES2017.
(function () {
'use strict';
const coming = document.querySelector('form[data-check-in]');
if (!coming) return;
const ticket = coming.getAttribute('data-ticket'), card = coming.elements.card, code = decodeURIComponent(location.hash.slice(1));
try {
  if (ticket) localStorage.setItem('wuze-ticket', JSON.stringify({ ticket, until: Date.now() + 280000 }));
  if (card && code) {
    card.value = code;
    const box = coming.querySelector('details');
    if (box) box.open = true;
    history.replaceState(null, '', location.pathname);
    const kept = JSON.parse(localStorage.getItem('wuze-ticket') || 'null');
    if (!ticket && kept && kept.until > Date.now()) {
      const add = (key, value) => { const f = document.createElement('input'); f.type = 'hidden'; f.name = key; f.value = value; coming.appendChild(f); };
      const at = kept.ticket.indexOf('/');
      add('meeting', kept.ticket.slice(0, at));
      add('ticket', kept.ticket.slice(at + 1));
      coming.querySelector('[data-digits]').hidden = true;
    }
  }
} catch (e) { /* then it is typed */ }
})();
