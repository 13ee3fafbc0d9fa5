// Watches the data layers of a document. Go runs it before the page's first script. It
// sends what it records to Go through a binding, as text.
//
// It throws nothing into the page, and saves the page's globals that it needs before
// the page can replace them.
//
// config: binding (the name of a global), key, layers, others (layers of other
// managers), objects (those that are objects), unloadURL, stacks, actions, lease,
// leaseTurn, untaken and actionMemory (ms), leaseTurns, internal (protocols of the
// browser's own pages), worker (the URL of the worker that it runs in).
(function (config, snapshots, watchLayers, watchActions, watchRequests) {
  'use strict';
  const G = globalThis;
  const bind = G[config.binding];
  delete G[config.binding];
  const shelf = ({}).__lookupSetter__; // scripts don't look for properties here
  if (shelf[config.key]) shelf[config.key].renew(); // already installed
  if (shelf[config.key] || typeof bind !== 'function') return;
  // In a worker whose script has not been loaded yet, reading location crashes the
  // process (Chromium 148), so Go passes the URL.
  const location = config.worker ? { __proto__: null, href: config.worker, protocol: '' } : G.location;
  if (config.internal[location.protocol] === true) return; // not a site's page

  const { Map, Error, navigator, performance } = G;
  // A worker has no document: it is complete when its script runs, and never unloads.
  let document = G.document || { __proto__: null, readyState: 'complete', title: G.name || '', referrer: '', visibilityState: 'visible' };
  const { apply, defineProperty: define, getOwnPropertyDescriptor: describe } = G.Reflect;
  const { floor } = G.Math;
  const { snapshot, takeShapes, weigh, reading, inspect } = snapshots;
  const quote = G.JSON.stringify;
  const method = (f) => G.Function.prototype.call.bind(f);
  const lookUp = method(Map.prototype.get);
  const keep = method(Map.prototype.set);
  const slice = method(G.String.prototype.slice);
  const indexOf = method(G.String.prototype.indexOf);
  const now = performance.now.bind(performance);
  const settled = G.Promise.resolve();
  // A promise queues a microtask at a fraction of the cost of queueMicrotask, which
  // leaves the engine. Without a constructor the promise doesn't use the page's
  // classes.
  define(settled, 'constructor', { __proto__: null, value: undefined });
  const then = method(G.Promise.prototype.then);
  const soon = (f) => then(settled, f);
  const listenAt = method(G.addEventListener), unlistenAt = method(G.removeEventListener);
  const listen = G.addEventListener.bind(G);
  const unlisten = G.removeEventListener.bind(G);
  const captureStack = Error.captureStackTrace;
  const beacon = navigator.sendBeacon && navigator.sendBeacon.bind(navigator);
  const postTask = G.scheduler && G.scheduler.postTask && G.scheduler.postTask.bind(G.scheduler);
  const lowest = { __proto__: null, priority: 'background' };
  const urgent = { __proto__: null, priority: 'user-blocking' };
  const whenIdle = (f) => { if (postTask) postTask(f, lowest); };
  const guard = (f) => function () { try { return apply(f, this, arguments); } catch { return undefined; } };

  // ---- Sending: records are numbered and sent in batches by microtask. A timer would
  // lose what was pushed just before the page is left. Values that apply to a whole
  // batch are not repeated in its records, since every byte costs the page time.

  const doc = (G.Math.random() + '').slice(2) + (G.Math.random() + '').slice(2);
  const { timeOrigin } = performance;
  const dateNow = guard(G.Date.now);
  const origin = originOf(date() - now());
  const named = '{"doc":"' + doc + '","origin":' + origin;
  const batchRecords = 256, batchSize = 32768, batchAge = 50; // ms
  const beaconSize = 48000; // browsers refuse 64 KiB in flight
  const carriedBatches = 64;
  let records = 0, queue = '', queued = 0, oldest = 0, latest = 0, start = 0, layer = '', flushing = false;
  let address = location.href, introduction = '', introduced = false, leaving = false, carried = [];

  // originOf returns when the document began. The browser's own value is more precise,
  // but it is based on the start of the process, and is behind if the machine has slept
  // since then.
  function originOf(byDate) {
    return byDate < timeOrigin - 20 || byDate > timeOrigin + 20 ? byDate : timeOrigin;
  }

  // date returns the browser's time. A page that ran before the hook may have replaced
  // it.
  function date() {
    const ms = dateNow();
    return typeof ms === 'number' && ms > 0 && ms < 1e15 ? ms : timeOrigin + now();
  }

  // emit queues a record other than a push, and returns its number.
  const emit = (fields, compact) => enqueue(compact || 'null', fields);

  // emitPush queues a push. Without a layer in its record, a push belongs to the same
  // layer as the one before.
  function emitPush(name, compact, fields) {
    const same = name === layer;
    layer = name;
    const all = same ? fields : ',' + name + fields;
    return enqueue(compact, all && slice(all, 1));
  }

  // enqueue queues a record: the time, a message in compact form, and further fields.
  // Times are whole microseconds from the batch's start; formatting them is several
  // times faster than formatting fractions.
  function enqueue(compact, fields) {
    if (!introduction) introduction = introduce();
    const t = now(), micros = floor(t * 1000);
    latest = t;
    if (queued === 0) {
      oldest = t;
      start = micros;
    }
    queue += ',[' + (micros - start) + ',' + compact + (fields ? ',{' + fields + '}]' : ']');
    const n = ++records;
    queued++;
    if ((queued >= batchRecords || queue.length + weigh() >= (leaving ? beaconSize : batchSize) || t - oldest > batchAge) && !tooEarly()) {
      flush();
    } else {
      flushSoon();
    }
    return n;
  }

  function flushSoon() {
    if (flushing) return;
    flushing = true;
    soon(flush);
  }

  // tooEarly reports whether the batch must stay open: its shapes are needed for the
  // message that is being read (one of its getters pushed), or a record may still be
  // corrected.
  const tooEarly = () => (reading() || layers.isBusy()) && queue.length + weigh() < 4e6;

  // A dialog that the page opens after a push, in the same task, would keep the message
  // back until the user has closed it. So the first messages of each span are sent before
  // push returns: a call of the binding leaves the page's process when a dialog opens
  // (WillRunJavaScriptDialog in Chromium's InspectorPageAgent). Sending all of them so
  // would cost a page that pushes often several times as much.
  const promptMessages = 4, promptSpan = 200; // ms
  let prompt = 0, promptSince = -promptSpan;

  // sendPromptly sends the queue at once if its last record is one of these messages. The
  // record can't be corrected any more.
  const sendPromptly = guard(() => {
    if (!queued || leaving || !G.document || reading() || layers.isBusy()) return;
    if (latest - promptSince >= promptSpan) {
      promptSince = latest;
      prompt = 0;
    }
    if (prompt++ < promptMessages) send();
  });

  function flush() {
    flushing = false;
    stacksRead = 0;
    layers.settle();
    send();
  }

  function send() {
    if (!queued) return;
    const text = '[' + named + (introduced ? '' : introduction) + (unsendable && ',"unsendable":"' + unsendable + '"') + ',"n":' + (records - queued + 1) + ',"t":' + start +
      ',"shapes":[' + takeShapes() + ']}' + queue + ']';
    const n = queued;
    introduced = true;
    queue = layer = '';
    queued = 0;
    try {
      bind(text);
      if (leaving) sendUnloading(text, n, records - n + 1);
      else remember(text);
    } catch { /* the page is gone */ }
  }

  // recent are the batches that Go has not confirmed. A binding call leaves the page's
  // process only at the end of the task, and is lost if the browser has switched to the
  // next page by then (Chromium 148, on a busy machine). pagehide therefore sends these
  // batches again, latest first, as far as that leaves room for later records.
  const recentBatches = 16, recentSize = 32000;
  let recent = [];

  function remember(text) {
    if (unconfirmed && unconfirmed.length < carriedBatches) unconfirmed[unconfirmed.length] = text;
    if (recent.length === recentBatches) recent = recent.slice(recentBatches / 2);
    recent[recent.length] = { text, last: records };
    doubt();
  }

  // confirm drops the batches of records up to the n-th, which have arrived.
  function confirm(n) {
    let i = 0;
    while (i < recent.length && recent[i].last <= n) i++;
    if (i > 0) recent = recent.slice(i);
  }

  // introduce returns the description of the page for the records.
  function introduce() {
    address = location.href; // a new window's first page may replace its empty one
    const entry = performance.getEntriesByType('navigation')[0];
    return ',"page":{"top":' + (G.top === G) + ',"url":' + quote(address) + ',"referrer":' + quote(document.referrer) +
      ',"title":' + quote(document.title) + ',"userAgent":' + quote(told(agentOf)) + ',"language":' + quote(told(languageOf)) + ',"navigation":"' + (document.prerendering ? 'prerender' : entry ? entry.type : '') +
      '","status":' + ((entry && guard(statusOf)(entry)) | 0) + '}';
  }

  // told reads a property of navigator.
  const told = (read) => slice((guard(read)(navigator) || '') + '', 0, 500);

  // sendUnloading sends by beacon what the binding no longer delivers: from pagehide
  // on, the browser only handles the calls of the next page. The browser itself answers
  // the request.
  function sendUnloading(text, n, first) {
    if (carried.length < carriedBatches) carried[carried.length] = text;
    if (!unsendable && !beacon(config.unloadURL, text) && n) beacon(config.unloadURL, '[' + named + ',"lost":' + n + ',"n":' + first + '}]');
  }

  // unsendable is the reason why a page can't send beacons: its service worker would
  // handle the request, or its policy would report it to the site.
  let unsendable = '', forbidden = false;

  function assess() {
    const before = unsendable;
    unsendable = !G.document ? '' : !beacon ? 'browser' : controlled() ? 'worker' : forbidden ? 'policy' : '';
    if (unsendable !== before && introduction) emit('"is":"unsendable"');
  }

  const controlled = guard(() => !!navigator.serviceWorker.controller);

  // ---- The page: its URL, its restoration, its end.

  const noteAddress = guard(() => {
    const href = location.href;
    if (href === address) return;
    address = href;
    if (introduction) emit('"is":"address","url":' + quote(href) + ',"title":' + quote(document.title));
  });

  // leaveBlank notes that a new window's first page has replaced its empty one. The
  // browser doesn't report that before the page's first scripts.
  const leaveBlank = () => { if (address === 'about:blank') noteAddress(); };

  const onPageHide = guard((event) => {
    if (!event.isTrusted) return; // dispatched by a script
    checkAll();
    flush();
    leaving = true;
    if (!unsendable) requests.listenIn();
    for (let i = recent.length - 1, size = 0; i >= 0 && size < recentSize; i--) {
      size += recent[i].text.length;
      sendUnloading(recent[i].text, 0, 0);
    }
    recent = [];
    comeLast('visibilitychange');
  });

  // onGone reports the end of the page. Later records, from unload handlers, are not
  // waited for. A background tab is hidden already, and only gets pagehide.
  const onGone = guard(() => {
    if (!leaving || document.visibilityState !== 'hidden') return;
    flush();
    if (introduced && !unsendable) beacon(config.unloadURL, '[' + named + ',"end":true,"n":' + (records + 1) + '}]');
  });

  // comeLast moves onGone behind the page's own handlers of an event.
  const comeLast = (type) => {
    unlisten(type, onGone, false);
    listen(type, onGone, false);
  };

  // unconfirmed are the batches that may not have arrived since the page was restored:
  // a frame of another site is attached to again then, and until that is done binding
  // calls are lost.
  let unconfirmed = null;

  const repeat = guard((texts) => {
    for (let i = 0; i < texts.length; i++) bind(texts[i]);
  });

  const onPageShow = guard((event) => {
    if (!event.isTrusted) return;
    leaving = false;
    requests.letGo();
    const again = carried;
    carried = [];
    if (!event.persisted) return;
    repeat(again);
    unconfirmed = [];
    emit('"is":"restored","title":' + quote(document.title));
  });

  // notePrint notes that the browser shows its print dialog, which may block the page.
  function notePrint(event, what) {
    if (!event.isTrusted) return;
    emit('"is":"' + what + '"');
    flush();
  }

  // blank reports whether this is the page of a new tab that no script has written
  // into.
  const blank = () => location.protocol === 'about:' && !document.referrer && !document.title;

  const onReady = guard(() => {
    checkAll();
    if (!introduction && G.top === G && !blank()) emit('"is":"ready"');
  });

  let listeners = null;

  // attend adds the listeners, again if document.open() removed them.
  const attend = guard(() => {
    for (const type in listeners) listen(type, listeners[type], true);
    if (G.document) { // a script's load event doesn't reach the window
      listenAt(document, 'load', layers.look, true);
      listenAt(document, 'error', layers.look, true);
    }
    comeLast('pagehide');
    if (G.navigation) G.navigation.addEventListener('currententrychange', noteAddress);
  });

  const withdraw = guard(() => {
    requests.letGo();
    for (const type in listeners) unlisten(type, listeners[type], true);
    if (G.document) {
      unlistenAt(document, 'load', layers.look, true);
      unlistenAt(document, 'error', layers.look, true);
    }
    if (observer) observer.disconnect();
    unlisten('pagehide', onGone, false);
    unlisten('visibilitychange', onGone, false);
    if (G.navigation) G.navigation.removeEventListener('currententrychange', noteAddress);
  });

  // ---- The cause of a push.

  // A page that pushes many times in a row usually does so from the same place. Beyond
  // the first few, reading the stacks would be the largest cost.
  const stackDepth = 8, stacksPerBatch = 4, stackMemory = 500;
  let stacks = new Map(), stackCount = 0, stacksRead = 0, byHand = false;
  let lastAction = 0, lastActionTime = 0;

  function noteAction(fields) {
    noteAddress();
    lastAction = emit('"is":"action",' + fields);
    lastActionTime = now();
  }

  const cause = () => (lastAction !== 0 && now() - lastActionTime < config.actionMemory ? ',"by":' + lastAction : '');

  // stackAbove returns the calls that led to f or, if f is not being called, to inner.
  // A stack text that was sent before is referred to by its number.
  function stackAbove(f, inner) {
    entry = '';
    if (!config.stacks && !byHand || !f && !inner || !captureStack || stacksRead >= stacksPerBatch) return '';
    stacksRead++;
    let text = f ? readStack(f) : '';
    if (inner && indexOf(text, '\n') < 0) {
      text = readStack(inner);
      entry = entryOf(text);
    }
    if (!text) return '';
    const known = lookUp(stacks, text);
    if (known) return ',"stack":' + known;
    if (stackCount % stackMemory === 0) stacks = new Map();
    keep(stacks, text, ++stackCount);
    return ',"stack":' + stackCount + ',"frames":' + quote(text);
  }

  // way returns the array method by which the last stack reached its inner function, or
  // by which inner is being called: "push", "unshift", "splice" or, for an assignment,
  // "index". It is empty if stacks are not recorded.
  const way = (inner) => entry || (inner ? entryOf(readStack(inner)) : '');
  let entry = '';

  function entryOf(text) {
    if (indexOf(text, '.push (<anonymous>)') >= 0) return 'push';
    if (indexOf(text, '.unshift (<anonymous>)') >= 0) return 'unshift';
    if (indexOf(text, '.splice (<anonymous>)') >= 0) return 'splice';
    return text ? 'index' : '';
  }

  // isOnStack reports whether f is being called. For sloppy functions the engine
  // exposes that directly.
  function isOnStack(f) {
    try {
      if (f.arguments) return true;
    } catch { /* it is strict */ }
    return indexOf(readStack(f), '\n') >= 0;
  }

  // readStack temporarily resets the page's own depth and formatter of stacks if they
  // differ from the defaults.
  function readStack(f) {
    const { stackTraceLimit: limit, prepareStackTrace } = Error;
    const bent = prepareStackTrace !== undefined, other = !(limit >= stackDepth && limit <= 2 * stackDepth);
    const holder = {};
    try {
      if (other) Error.stackTraceLimit = stackDepth;
      if (bent) Error.prepareStackTrace = undefined;
      captureStack(holder, f);
      return typeof holder.stack === 'string' ? holder.stack : '';
    } catch {
      return '';
    } finally {
      try {
        if (other) Error.stackTraceLimit = limit;
        if (bent) Error.prepareStackTrace = prepareStackTrace;
      } catch { /* frozen: then it was not changed above */ }
    }
  }

  // ---- Functions that Go calls. It calls check every second. If the calls stop, the
  // program may have died: the hook steps aside, and resumes with the next call.

  let heard = now(), resting = false;

  // A call is queued behind the page's own work, such as a long script, so time alone
  // proves nothing. Once the lease has expired, idle moments of the page are counted:
  // tasks that run after everything that was queued, including our calls.
  let idle = 0, idleAt = 0, idleAsked = false;

  function doubt() {
    const t = now();
    if (idleAsked || resting || t - heard < config.lease || t - idleAt < config.leaseTurn) return;
    idleAsked = true;
    whenIdle(onIdle);
  }

  const onIdle = guard(() => {
    idleAsked = false;
    idleAt = now();
    if (idleAt - heard >= config.lease && ++idle >= config.leaseTurns) lapse();
  });

  function lapse() {
    resting = true;
    withdraw();
    layers.stepAside();
  }

  // A page paused at a breakpoint answers calls but runs no tasks. Each check posts a
  // task, and the next ones see whether it ran; a check may overtake the task while the
  // page is busy. The browser runs such a task in background tabs, too.
  let waited = 0; // number of checks since the task was posted
  const taskRan = () => { waited = 0; };
  const leaveTask = guard(() => {
    if (!postTask || document.prerendering || waited++ > 0) return;
    postTask(taskRan, urgent);
  });

  const layers = watchLayers({
    snapshot, emit, emitPush, stackAbove, isOnStack, way, cause, guard, settleSoon: flushSoon, sendPromptly, key: config.key, now, untaken: config.untaken, objects: config.objects,
    noteAddress: G.navigation ? leaveBlank : noteAddress,
  });

  const requests = watchRequests({ emit, guard, base: () => (G.document ? document.baseURI : location.href) });

  // ---- When variables may have changed: between the scripts of a document, when one
  // has loaded, and at intervals. Scripts inserted by the parser run after the
  // microtasks in which the observer is notified.

  const lookAgain = 100; // ms
  const { MutationObserver } = G;
  const getter = (owner, name) => method((owner && describe(owner.prototype, name) || config).get || (() => undefined));
  const addedNodes = getter(G.MutationRecord, 'addedNodes'), mutationTarget = getter(G.MutationRecord, 'target');
  const nodeCount = getter(G.NodeList, 'length');
  const nodeName = getter(G.Node, 'nodeName'), scriptText = getter(G.HTMLScriptElement, 'text');
  const scriptAddress = getter(G.HTMLScriptElement, 'src');
  const agentOf = getter(G.Navigator || G.WorkerNavigator, 'userAgent'), languageOf = getter(G.Navigator || G.WorkerNavigator, 'language');
  const statusOf = getter(G.PerformanceResourceTiming, 'responseStatus');
  let looking = false, wait = G.setTimeout; // a worker has none yet

  const onMutations = guard((mutations) => {
    layers.look();
    for (let i = 0; i < mutations.length; i++) {
      const nodes = addedNodes(mutations[i]), into = mutationTarget(mutations[i]);
      if (nodeName(into) === 'SCRIPT' && !scriptAddress(into)) layers.arm(scriptText(into)); // its text arrived in parts
      for (let k = 0, n = nodeCount(nodes); k < n; k++) {
        if (nodeName(nodes[k]) === 'SCRIPT' && !scriptAddress(nodes[k])) layers.arm(scriptText(nodes[k]));
      }
    }
  });
  const observer = MutationObserver && new MutationObserver(onMutations);
  const observe = guard(() => observer.observe(document, { __proto__: null, childList: true, subtree: true }));

  // renew continues with another document in the same window.
  function renew() {
    if (!G.document || document === G.document) return;
    document = G.document;
    if (document.readyState !== 'complete') observe();
    attend();
  }

  // armBlank prepares the empty page of an opened window for the page that replaces it
  // without an event.
  function armBlank() {
    if (G.top === G && G.opener && address === 'about:blank') layers.arm(config.layers.join(' '));
  }

  function lookOn() {
    renew();
    wait = wait || G.setTimeout;
    looking = !resting && !!wait;
    if (resting) return;
    layers.look();
    armBlank();
    if (wait) wait(lookOn, lookAgain);
  }

  function checkAll() {
    assess();
    inspect();
    if (!resting) layers.checkAll();
    noteAddress();
  }

  define(shelf, config.key, {
    __proto__: null,
    configurable: true,
    value: {
      __proto__: null,
      renew,
      lexical: layers.lexical,
      watch(names) {
        for (let i = 0; i < names.length; i++) layers.watch(names[i]);
      },
      // byHand calls f; the stacks of its pushes mark them as made by the user of
      // layertap.
      byHand(f) {
        byHand = true;
        try { f(); } finally { byHand = false; }
      },
      // check repairs the hook and returns its state as text. All records up to the
      // n-th have arrived.
      check(n) {
        heard = now();
        idle = 0;
        confirm(n);
        resting = false;
        attend();
        checkAll();
        layers.noteUntaken();
        if (!looking) lookOn();
        flush();
        if (unconfirmed) repeat(unconfirmed);
        unconfirmed = null;
        leaveTask();
        return named + (waited > 2 ? ',"stalled":true' : '') + ',"at":' + (origin + now()) + ',"date":' + date() +
          ',"url":' + quote(slice(location.href, 0, 2000)) + ',"unsendable":"' + unsendable +
          '","layers":[' + (layers.states() || '') + ']}';
      },
      // forbid notes that the page's policy blocks beacons.
      forbid() {
        forbidden = true;
        assess();
      },
      // rest removes the hook from the page's objects until the next check.
      rest() {
        checkAll();
        flush();
        withdraw();
        resting = true;
        layers.stepAside(true);
      },
      // leave removes the hook from the page's objects for good.
      leave() {
        checkAll();
        flush();
        withdraw();
        layers.stepAside();
        delete shelf[config.key];
      },
    },
  });

  listeners = {
    __proto__: null,
    pagehide: onPageHide,
    pageshow: onPageShow,
    beforeprint: guard((event) => notePrint(event, 'printing')),
    afterprint: guard((event) => notePrint(event, 'printed')),
    popstate: noteAddress,
    hashchange: noteAddress,
    DOMContentLoaded: onReady,
    load: guard(() => {
      if (observer) observer.disconnect();
      checkAll();
      comeLast('pagehide');
    }),
    securitypolicyviolation: requests.forbidden,
    ...(config.actions && G.Element && guard(watchActions)(noteAction)),
  };
  shelf[config.key].watch(config.layers);
  for (let i = 0; i < config.others.length; i++) layers.watch(config.others[i], 'optional');
  attend();
  if (document.readyState === 'loading') observe();
  lookOn();
  if (config.worker) layers.arm(config.layers.join(' ')); // its only script
  if (document.readyState !== 'loading') onReady();
})
