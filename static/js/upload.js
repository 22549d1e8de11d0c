/* Pictures go up one by one, each with its own progress; what fails is tried again, and by hand.
   The same picture sent twice is kept once, so trying again is safe. Without this file the form
   sends everything at once.
   form[data-upload]   its files are sent one by one
   [data-upload-list]  where the progress is shown */
(function () {
  'use strict';
  var TRIES = 3, WAIT = 1500, AT_ONCE = 2;

  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function node(tag, css, text) {
    var made = document.createElement(tag);
    if (css) { made.className = css; }
    if (text) { made.textContent = text; }
    return made;
  }

  function Upload(form, name, file, list, done) {
    var line = node('li', 'upload'), word = node('span', 'upload-word', '等待上传'), bar = node('progress', 'wide');
    var again = node('button', 'btn btn-sm', '重试'), tries = 0;
    bar.max = 100;
    bar.value = 0;
    again.type = 'button';
    again.hidden = true;
    line.appendChild(node('span', 'upload-name', file.name));
    line.appendChild(word);
    line.appendChild(bar);
    line.appendChild(again);
    list.appendChild(line);

    function body() {
      var data = new FormData();
      each(form.elements, function (field) {
        if (field.name && field.type !== 'file' && field.type !== 'checkbox' && field.type !== 'submit') {
          data.append(field.name, field.value);
        }
      });
      data.append(name, file, file.name);
      return data;
    }
    function failed(text, byHand) {
      if (!byHand && tries < TRIES) {
        word.textContent = '网络不稳，正在重试…';
        window.setTimeout(go, WAIT * tries);
        return;
      }
      word.textContent = text;
      word.className = 'upload-word red';
      again.hidden = false;
      done(false);
    }
    function go() {
      var request = new XMLHttpRequest();
      tries += 1;
      again.hidden = true;
      word.className = 'upload-word';
      word.textContent = '正在上传';
      request.open('POST', form.action);
      request.setRequestHeader('X-Requested-With', 'XMLHttpRequest');
      request.timeout = 120000;
      request.upload.onprogress = function (event) {
        if (!event.lengthComputable) { return; }
        bar.value = Math.round(event.loaded * 100 / event.total);
        word.textContent = bar.value < 100 ? '已上传 ' + bar.value + '%' : '正在核对图片';
      };
      request.onload = function () {
        var said;
        if (request.status === 200 && /json/.test(request.getResponseHeader('Content-Type') || '')) {
          bar.value = 100;
          word.textContent = '已收到';
          done(true);
          return;
        }
        if (request.status === 400) {
          try { said = JSON.parse(request.responseText).error; } catch (error) { said = ''; }
          failed((said || '未能收到，请重试。').replace(file.name + '：', ''), true);
        } else if (request.status === 413) {
          failed('图片过大，请压缩后再上传。', true);
        } else if (request.status === 0 || request.status >= 500) {
          failed('网络不稳，未能上传，请重试。');
        } else { failed('登录可能已过期，请刷新页面后重试。', true); }
      };
      request.onerror = request.ontimeout = function () { failed('网络不稳，未能上传，请重试。'); };
      request.send(body());
    }
    again.addEventListener('click', function () { tries = 0; again.hidden = true; done(null); go(); });
    this.go = go;
  }

  function chosen(form) {
    var found = [];
    each(form.querySelectorAll('input[type=file]'), function (field) {
      each(field.files || [], function (file) { found.push([field.name, file]); });
    });
    return found;
  }
  function start(form) {
    var list = form.querySelector('[data-upload-list]'), button = form.querySelector('button[type=submit]');
    form.addEventListener('submit', function (event) {
      var files = chosen(form), ticked = form.querySelector('input[type=checkbox]:checked');
      var waiting = [], running = 0, left = files.length;
      // what is confirmed without a picture goes with the form itself
      if (!files.length || ticked || !window.FormData) { return; }
      event.preventDefault();
      list.textContent = '';
      list.hidden = false;
      button.disabled = true;
      function next() {
        while (running < AT_ONCE && waiting.length) { running += 1; waiting.shift().go(); }
        if (left === 0) { window.location.reload(); }
        else if (!running) { button.disabled = false; }
      }
      each(files, function (one) {
        waiting.push(new Upload(form, one[0], one[1], list, function (done) {
          if (done === null) { running += 1; return; }
          running -= 1;
          if (done) { left -= 1; }
          next();
        }));
      });
      next();
    });
  }
  each(document.querySelectorAll('form[data-upload]'), start);
})();
