/* The review queue: the next card is there before the last one's answer is back.
   One key settles a card with one request, whose answer is a further card to hold ready. */
(function () {
  'use strict';
  var place = document.querySelector('[data-review]');
  if (!place) { return; }
  var token = document.querySelector('[name=csrfmiddlewaretoken]').value;
  var left = place.querySelector('[data-left]');
  var told = place.querySelector('[data-told]');
  var end = place.querySelector('[data-end]');
  var back = place.querySelector('[data-undo-last]');
  var looks = [], sending = 0, line = Promise.resolve();
  var queue = place.getAttribute('data-queue').split(',').filter(Boolean);

  function cards() { return place.querySelectorAll('[data-card]'); }
  function say(text, bad) { told.textContent = text; told.className = bad ? 'review-told red' : 'review-told'; }
  function count(step) { left.textContent = Math.max(0, parseInt(left.textContent.replace(/,/g, ''), 10) + step); }

  /* Only the first card is seen; the pictures of the others are fetched meanwhile */
  function refresh() {
    var all = cards();
    Array.prototype.forEach.call(all, function (card, at) {
      card.hidden = at > 0;
      var skip = card.querySelector('[data-skip]');
      if (skip) { skip.hidden = all.length < 2; }
    });
    end.hidden = all.length > 0 || sending > 0;
    back.hidden = looks.length === 0;
  }
  function put(html, first) {
    var box = document.createElement('div');
    box.innerHTML = html;
    var card = box.querySelector('[data-card]');
    if (!card) { return; }
    place.insertBefore(card, first ? cards()[0] || end : end);
  }
  /* One request at a time, in the order of the keys; the page does not wait for them */
  function post(url, body, done, failed) {
    sending += 1;
    body.append('csrfmiddlewaretoken', token);
    line = line.then(function () {
      return fetch(url, { method: 'POST', body: body, headers: { 'X-Requested-With': 'review' }, credentials: 'same-origin' });
    }).then(function (answer) {
      if (answer.ok) { return answer.text().then(function (text) { done(text, answer); }); }
      return answer.json().then(function (data) { failed(data.said); }, function () { failed('未能保存，请刷新页面后重试。'); });
    }).catch(function () { failed('网络不通，此项未保存，请重试。'); })
      .then(function () { sending -= 1; refresh(); });
  }
  function settle(card, verdict, reasons) {
    var body = new FormData(), note = card.querySelector('[name=note]').value;
    body.append('verdict', verdict);
    if (verdict !== 'hold') { body.append('note', verdict === 'return' ? note : ''); }
    reasons.forEach(function (code) { body.append('reasons', code); });
    if (verdict === 'return' && !reasons.length && !note.trim()) { say('请选择或填写退回原因。', true); return; }
    var url = card.getAttribute('data-url') + '?show=' + place.getAttribute('data-show') +
      '&next=' + (queue.shift() || 0);
    place.removeChild(card);
    count(-1);
    say({ pass: '已通过', 'return': '已退回', hold: '已暂缓' }[verdict]);
    post(url, body, function (html, answer) {
      looks.push(answer.headers.get('X-Review'));
      put(html, false);
    }, function (sentence) {
      place.insertBefore(card, cards()[0] || end);
      count(1);
      say(sentence, true);
    });
    refresh();
  }
  function chosen(card) {
    return Array.prototype.map.call(card.querySelectorAll('[name=reasons]:checked'), function (box) { return box.value; });
  }
  function skip() {
    var all = cards();
    if (all.length > 1) { place.insertBefore(all[0], end); refresh(); }
  }
  /* The last key, even where its answer is still under way */
  function undo() {
    line.then(function () {
      if (!looks.length) { return; }
      var last = looks.pop();
      post(place.getAttribute('data-undo').replace('/0/', '/' + last + '/'), new FormData(), function (html) {
        put(html, true);
        count(1);
        say('已撤销上一项');
      }, function (sentence) { say(sentence, true); });
    });
  }

  place.addEventListener('submit', function (event) {
    var card = event.target.parentNode;
    while (card && !card.hasAttribute('data-card')) { card = card.parentNode; }
    var pressed = event.submitter;
    if (!card || !pressed) { return; }
    event.preventDefault();
    settle(card, pressed.value, pressed.value === 'return' ? chosen(card) : []);
  });
  place.addEventListener('click', function (event) {
    if (event.target.closest('[data-skip]')) { skip(); }
    if (event.target.closest('[data-undo-last]')) { undo(); }
  });
  /* By where a key lies, so that a Chinese input method is not in the way */
  document.addEventListener('keydown', function (event) {
    var card = cards()[0], typing = /^(text|textarea)$/.test(document.activeElement.type || '');
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) { return; }
    if (event.code === 'KeyU') { undo(); event.preventDefault(); return; }
    if (!card) { return; }
    var digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    var box = digit && card.querySelector('[data-key="' + digit[1] + '"]');
    if (box && event.shiftKey) { box.checked = !box.checked; } else if (box) { settle(card, 'return', [box.value]); }
    else if (event.code === 'KeyP') { settle(card, 'pass', []); }
    else if (event.code === 'KeyR') { settle(card, 'return', chosen(card)); }
    else if (event.code === 'KeyH') { settle(card, 'hold', []); }
    else if (event.code === 'KeyN') { skip(); }
    else { return; }
    event.preventDefault();
  });
  window.addEventListener('beforeunload', function (event) {
    if (sending) { event.preventDefault(); event.returnValue = ''; }
  });
  place.classList.add('review-live');
  refresh();
})();
