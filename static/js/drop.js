/* A class's pictures go up one by one: many files, a folder, a zip, what is dragged in or pasted.
   Each has a key of its own, so trying again is safe; what still fails waits for 重试. Without this
   file the form sends everything at once.
   form[data-drop="url"]   asked once for where the files go; data-at-once: how many travel at once */
(function () {
  'use strict';
  var form = document.querySelector('[data-drop]');
  if (!form || !window.FormData || !window.XMLHttpRequest) { return; }
  var TRIES = 3, WAIT = 1500, AT_ONCE = 3, SHOWN = 200;
  var token = form.querySelector('[name=csrfmiddlewaretoken]').value;
  function part(name) { return form.querySelector('[data-drop-' + name + ']'); }
  var zone = part('zone'), list = part('list'), told = part('told'), bar = part('bar'), again = part('again'), result = part('result');
  var queue = [], failed = [], sending = 0, all = 0, done = 0, number = 0, where = null, asking = false;
  var start = Date.now().toString(36) + Math.random().toString(36).slice(2, 8);

  form.classList.add('drop-live');
  part('lead').hidden = false;
  part('choose').hidden = false;
  if ('webkitdirectory' in document.createElement('input')) { part('folder').hidden = false; }

  function json(request) {
    try { return JSON.parse(request.responseText); } catch (error) { return {}; }
  }
  function word(file, text, bad) {
    if (!file.line) { return; }
    file.line.lastChild.textContent = text;
    file.line.lastChild.className = bad ? 'upload-word red' : 'upload-word';
  }
  function show() {
    part('progress').hidden = false;
    bar.value = all ? Math.round(done / all * 100) : 0;
    var busy = queue.length + sending;
    told.textContent = busy ? '正在上传，已完成 ' + done + ' / ' + all : '已上传 ' + done + ' 个文件' + (failed.length ? '，' + failed.length + ' 个未传上' : '');
    again.hidden = busy > 0 || !failed.length;
    result.hidden = busy > 0 || !where || !done;
    if (where) { result.href = where.page; }
    if (!busy && !failed.length && done && where) { window.location.assign(where.page); }
  }
  function line(file) {
    if (all > SHOWN) { return; }
    var name = document.createElement('span'), said = document.createElement('span');
    file.line = document.createElement('li');
    file.line.className = 'upload';
    name.className = 'upload-name';
    name.textContent = file.path;
    file.line.appendChild(name);
    file.line.appendChild(said);
    list.appendChild(file.line);
    word(file, '等待上传');
  }
  function take(file, path) {
    if (/(^|\/)(\.|__MACOSX|Thumbs\.db|desktop\.ini)/i.test(path)) { return; }
    var one = { file: file, path: path, key: start + '-' + (number += 1), tries: 0 };
    all += 1;
    line(one);
    queue.push(one);
    next();
  }

  function post(url, body, progress, answered, lost) {
    var request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('X-CSRFToken', token);
    request.setRequestHeader('X-Requested-With', 'XMLHttpRequest');
    if (progress && request.upload) { request.upload.onprogress = progress; }
    request.onload = function () { answered(request); };
    request.onerror = lost;
    request.send(body);
  }
  function ask() {
    asking = true;
    post(form.getAttribute('data-drop'), null, null, function (request) {
      asking = false;
      if (request.status === 200) { where = json(request); next(); return; }
      stop(json(request).said || '现在不能上传，请刷新页面后重试。');
    }, function () { asking = false; stop('网络不通，请检查网络后重试。'); });
  }
  function stop(text) {
    failed = failed.concat(queue);
    queue = [];
    show();
    told.textContent = text;
  }
  function next() {
    show();
    if (!queue.length) { return; }
    if (!where) { if (!asking) { ask(); } return; }
    while (queue.length && sending < (Number(form.getAttribute('data-at-once')) || AT_ONCE)) { send(queue.shift()); }
  }
  function end(file, text, bad) {
    sending -= 1;
    word(file, text, bad);
    if (bad) { failed.push(file); } else { done += 1; }
    next();
  }
  function send(file) {
    var body = new FormData();
    sending += 1;
    body.append('key', file.key);
    body.append('path', file.path);
    body.append('file', file.file, file.file.name || '粘贴的截图.png');
    function lost() {
      file.tries += 1;
      if (file.tries % TRIES === 0) { end(file, '网络不稳定，未传上', true); return; }
      window.setTimeout(function () { sending -= 1; queue.unshift(file); next(); }, WAIT * file.tries);
    }
    post(where.add, body, function (event) {
      if (event.lengthComputable) { word(file, Math.round(event.loaded / event.total * 100) + '%'); }
    }, function (request) {
      var said = json(request).said;
      if (request.status === 200) { end(file, said, false); }
      else if (request.status === 400) { end(file, said || '未能接收', true); }
      else if (request.status === 413) { end(file, '文件太大，请减小后再上传', true); }
      else if (request.status === 403 || request.status === 404) { end(file, '登录已失效或不能上传，请刷新页面', true); }
      else { lost(); }
    }, lost);
  }

  function walk(entry, path) {
    if (entry.isFile) { entry.file(function (file) { take(file, path + file.name); }); return; }
    var reader = entry.createReader();
    (function more() {
      reader.readEntries(function (entries) {
        Array.prototype.forEach.call(entries, function (one) { walk(one, path + entry.name + '/'); });
        if (entries.length) { more(); }
      });
    }());
  }
  function each(files) {
    Array.prototype.forEach.call(files, function (file) { take(file, file.webkitRelativePath || file.name || '粘贴的截图.png'); });
  }

  ['dragenter', 'dragover'].forEach(function (name) {
    document.addEventListener(name, function (event) { event.preventDefault(); zone.classList.add('over'); });
  });
  document.addEventListener('dragleave', function (event) { if (!event.relatedTarget) { zone.classList.remove('over'); } });
  document.addEventListener('drop', function (event) {
    event.preventDefault();
    zone.classList.remove('over');
    var items = event.dataTransfer.items, entries = [];
    if (items && items.length && items[0].webkitGetAsEntry) {
      Array.prototype.forEach.call(items, function (item) { entries.push(item.webkitGetAsEntry()); });
      entries.forEach(function (entry) { if (entry) { walk(entry, ''); } });
    } else { each(event.dataTransfer.files); }
  });
  document.addEventListener('paste', function (event) {
    var files = event.clipboardData && event.clipboardData.files;
    if (files && files.length) { event.preventDefault(); each(files); }
  });
  form.addEventListener('change', function (event) {
    if (event.target.hasAttribute('data-drop-input')) { each(event.target.files); event.target.value = ''; }
  });
  form.addEventListener('submit', function (event) { event.preventDefault(); });
  again.addEventListener('click', function () { queue = failed; failed = []; next(); });
  window.addEventListener('beforeunload', function (event) {
    if (queue.length + sending) { event.preventDefault(); event.returnValue = ''; }
  });
})();
