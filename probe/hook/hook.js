// Watches the data layers of a document. Go runs it before the page's first
// script; what it sees it hands to Go through a binding, as text.
//
// Nothing it does throws into the page, and what it needs from the page's globals
// it takes before the page can replace it.
//
// config: binding (the name of a global), key, layers, others (layers of other managers), objects (those that are objects),
// unloadURL, stacks, actions, lease, leaseTurn, untaken and actionMemory (ms), leaseTurns,
// internal (protocols of the browser's own pages), worker (the URL of the worker it is in).
(function (config, snapshots, watchLayers, watchActions, watchRequests) {
  'use strict';
  const G = globalThis;
  const bind = G[config.binding];
  delete G[config.binding];
  const shelf = ({}).__lookupSetter__; // no script looks for properties there
  if (shelf[config.key]) shelf[config.key].renew(); // it is there already
  if (shelf[config.key] || typeof bind !== 'function') return;
  // A worker's script is not there yet, and until then asking for its location ends the
  // whole process (Chromium 148): Go tells it.
  const location = config.worker ? { __proto__: null, href: config.worker, protocol: '' } : G.location;
  if (config.internal[location.protocol] === true) return; // nothing to see

  const { Map, Error, navigator, performance } = G;
  // A worker has no document: it has begun when its script runs, and is never left.
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
  // By way of a promise a microtask costs a fraction of queueMicrotask, which leaves
  // the engine. Without a constructor the promise asks nothing of the page's classes.
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

  // ---- Sending: records are numbered, and leave in batches by microtask. A timer
  // would lose what was pushed just before the page is left. What a batch says once
  // its records leave out, since every byte costs the page on its way.

  const doc = (G.Math.random() + '').slice(2) + (G.Math.random() + '').slice(2);
  const { timeOrigin } = performance;
  const dateNow = guard(G.Date.now);
  const origin = originOf(date() - now());
  const named = '{"doc":"' + doc + '","origin":' + origin;
  const batchRecords = 256, batchSize = 32768, batchAge = 50; // ms
  const beaconSize = 48000; // browsers refuse 64 KiB in flight
  const carriedBatches = 64;
  let records = 0, queue = '', queued = 0, oldest = 0, start = 0, layer = '', flushing = false;
  let address = location.href, introduction = '', introduced = false, leaving = false, carried = [];

  // originOf is when the document began. The browser's own answer is the finer one,
  // but what it counts from is as old as the process: a machine that slept since then
  // has left it behind.
  function originOf(byDate) {
    return byDate < timeOrigin - 20 || byDate > timeOrigin + 20 ? byDate : timeOrigin;
  }

  // date is the browser's time. A page that was there first may have replaced it.
  function date() {
    const ms = dateNow();
    return typeof ms === 'number' && ms > 0 && ms < 1e15 ? ms : timeOrigin + now();
  }

  // emit queues a record of something else than a push, and returns its number.
  const emit = (fields, compact) => enqueue(compact || 'null', fields);

  // emitPush queues a push. The layer is that of the push before it, where none is
  // named.
  function emitPush(name, compact, fields) {
    const same = name === layer;
    layer = name;
    const all = same ? fields : ',' + name + fields;
    return enqueue(compact, all && slice(all, 1));
  }

  // enqueue queues a record: the time, a message in compact form, and what else there is to say. Times
  // are in whole microseconds, which are written several times faster than fractions,
  // from the batch's start.
  function enqueue(compact, fields) {
    if (!introduction) introduction = introduce();
    const t = now(), micros = floor(t * 1000);
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

  // tooEarly says that the batch's shapes are still needed, for the message that is
  // being read: one of its getters pushed; or that more is to be said of it.
  const tooEarly = () => (reading() || layers.isBusy()) && queue.length + weigh() < 4e6;

  function flush() {
    flushing = false;
    stacksRead = 0;
    layers.settle();
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

  // recent are the batches that Go has not confirmed. What the binding takes leaves
  // the page's process at the end of the task only, and is lost if the browser has turned
  // to the next page by then (Chromium 148, on a busy machine), so pagehide sends them once more:
  // the latest first, and no more than leaves room for what is pushed from then on.
  const recentBatches = 16, recentSize = 32000;
  let recent = [];

  function remember(text) {
    if (unconfirmed && unconfirmed.length < carriedBatches) unconfirmed[unconfirmed.length] = text;
    if (recent.length === recentBatches) recent = recent.slice(recentBatches / 2);
    recent[recent.length] = { text, last: records };
    doubt();
  }

  // confirm takes that all records up to the n-th have come.
  function confirm(n) {
    let i = 0;
    while (i < recent.length && recent[i].last <= n) i++;
    if (i > 0) recent = recent.slice(i);
  }

  // introduce says what page the records are of.
  function introduce() {
    address = location.href; // a new window's first page may take over its empty one
    const entry = performance.getEntriesByType('navigation')[0];
    return ',"page":{"top":' + (G.top === G) + ',"url":' + quote(address) + ',"referrer":' + quote(document.referrer) +
      ',"title":' + quote(document.title) + ',"userAgent":' + quote(told(agentOf)) + ',"language":' + quote(told(languageOf)) + ',"navigation":"' + (document.prerendering ? 'prerender' : entry ? entry.type : '') + '"}';
  }

  // told is what the browser tells scripts of itself.
  const told = (read) => slice((guard(read)(navigator) || '') + '', 0, 500);

  // sendUnloading sends by beacon what the binding no longer carries: from pagehide on, the browser
  // listens to the next page only. The request is answered inside the browser.
  function sendUnloading(text, n, first) {
    if (carried.length < carriedBatches) carried[carried.length] = text;
    if (!unsendable && !beacon(config.unloadURL, text) && n) beacon(config.unloadURL, '[' + named + ',"lost":' + n + ',"n":' + first + '}]');
  }

  // unsendable is why a page can't do that: its service worker would see the request, or its
  // policy would report it to the site.
  let unsendable = '', forbidden = false;

  function assess() {
    const before = unsendable;
    unsendable = !G.document ? '' : !beacon ? 'browser' : controlled() ? 'worker' : forbidden ? 'policy' : '';
    if (unsendable !== before && introduction) emit('"is":"unsendable"');
  }

  const controlled = guard(() => !!navigator.serviceWorker.controller);

  // ---- The page: its address, its restoration, its end.

  const noteAddress = guard(() => {
    const href = location.href;
    if (href === address) return;
    address = href;
    if (introduction) emit('"is":"address","url":' + quote(href) + ',"title":' + quote(document.title));
  });

  // leaveBlank notes that a new window's first page has taken over its empty one, of
  // which the browser does not tell before that page's first scripts.
  const leaveBlank = () => { if (address === 'about:blank') noteAddress(); };

  const onPageHide = guard((event) => {
    if (!event.isTrusted) return; // a script's
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

  // onGone says that the page has gone: what comes after it, in handlers for unload, is
  // not waited for. A tab in the back is hidden already, and hears pagehide only.
  const onGone = guard(() => {
    if (!leaving || document.visibilityState !== 'hidden') return;
    flush();
    if (introduced && !unsendable) beacon(config.unloadURL, '[' + named + ',"end":true,"n":' + (records + 1) + '}]');
  });

  // comeLast puts onGone behind the page's own handlers of an event.
  const comeLast = (type) => {
    unlisten(type, onGone, false);
    listen(type, onGone, false);
  };

  // unconfirmed is what may not have arrived since the page is back: a frame of another
  // site is attached to again then, and until that is done the binding leads nowhere.
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

  // notePrint notes that the browser shows its print dialog, which may stop the page.
  function notePrint(event, what) {
    if (!event.isTrusted) return;
    emit('"is":"' + what + '"');
    flush();
  }

  // blank is a new tab's page, until somebody writes into it.
  const blank = () => location.protocol === 'about:' && !document.referrer && !document.title;

  const onReady = guard(() => {
    checkAll();
    if (!introduction && G.top === G && !blank()) emit('"is":"ready"');
  });

  let listeners = null;

  // attend adds the listeners, again where document.open() took them off.
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

  // ---- What led to a push.

  // A page that pushes many times in one go does so from one place, mostly; beyond
  // the first few the stacks would be what costs most.
  const stackDepth = 8, stacksPerBatch = 4, stackMemory = 500;
  let stacks = new Map(), stackCount = 0, stacksRead = 0, byHand = false;
  let lastAction = 0, lastActionTime = 0;

  function noteAction(fields) {
    noteAddress();
    lastAction = emit('"is":"action",' + fields);
    lastActionTime = now();
  }

  const cause = () => (lastAction !== 0 && now() - lastActionTime < config.actionMemory ? ',"by":' + lastAction : '');

  // stackAbove returns the calls that led to f, or where f is not being called, to inner.
  // A text that was sent is named by its number from then on.
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

  // way returns by which method of arrays the last stack came to its inner function, or
  // the one that inner is called by now: "push", "unshift", "splice" or, for an
  // assignment, "index". It is empty where nobody asked for stacks.
  const way = (inner) => entry || (inner ? entryOf(readStack(inner)) : '');
  let entry = '';

  function entryOf(text) {
    if (indexOf(text, '.push (<anonymous>)') >= 0) return 'push';
    if (indexOf(text, '.unshift (<anonymous>)') >= 0) return 'unshift';
    if (indexOf(text, '.splice (<anonymous>)') >= 0) return 'splice';
    return text ? 'index' : '';
  }

  // isOnStack reports whether f is being called. Of one that is not strict the engine knows at
  // once.
  function isOnStack(f) {
    try {
      if (f.arguments) return true;
    } catch { /* it is strict */ }
    return indexOf(readStack(f), '\n') >= 0;
  }

  // readStack bypasses the page's own depth and formatter, where they are not what
  // they are everywhere, for the moment.
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
      } catch { /* frozen: it was not changed either */ }
    }
  }

  // ---- What Go calls. It calls check every second. When it no longer does, it may
  // have died: the hook steps aside, and comes back if that was not so.

  let heard = now(), resting = false;

  // A call waits behind what the page itself does, such as a long script, so time alone
  // proves nothing. Once the lease has run out, idle moments of the page are counted:
  // tasks that come after everything that was waiting, calls of ours among it.
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

  // A page that stands at a breakpoint answers questions, but runs no tasks. A question
  // leaves one, and those after it ask what became of it: the first may have overtaken it
  // while the page was busy. The browser runs such a task also in a tab in the back.
  let waited = 0; // questions for which a task of ours has waited
  const taskRan = () => { waited = 0; };
  const leaveTask = guard(() => {
    if (!postTask || document.prerendering || waited++ > 0) return;
    postTask(taskRan, urgent);
  });

  const layers = watchLayers({
    snapshot, emit, emitPush, stackAbove, isOnStack, way, cause, guard, settleSoon: flushSoon, key: config.key, now, untaken: config.untaken, objects: config.objects,
    noteAddress: G.navigation ? leaveBlank : noteAddress,
  });

  const requests = watchRequests({ emit, guard, base: () => (G.document ? document.baseURI : location.href) });

  // ---- When variables may have changed: between the scripts of a document, when one has
  // been loaded, and every now and then. Scripts inserted by the parser run after the
  // microtasks in which the observer is notified.

  const lookAgain = 100; // ms
  const { MutationObserver } = G;
  const getter = (owner, name) => method((owner && describe(owner.prototype, name) || config).get || (() => undefined));
  const addedNodes = getter(G.MutationRecord, 'addedNodes'), mutationTarget = getter(G.MutationRecord, 'target');
  const nodeCount = getter(G.NodeList, 'length');
  const nodeName = getter(G.Node, 'nodeName'), scriptText = getter(G.HTMLScriptElement, 'text');
  const scriptAddress = getter(G.HTMLScriptElement, 'src');
  const agentOf = getter(G.Navigator || G.WorkerNavigator, 'userAgent'), languageOf = getter(G.Navigator || G.WorkerNavigator, 'language');
  let looking = false, wait = G.setTimeout; // a worker has none yet

  const onMutations = guard((mutations) => {
    layers.look();
    for (let i = 0; i < mutations.length; i++) {
      const nodes = addedNodes(mutations[i]), into = mutationTarget(mutations[i]);
      if (nodeName(into) === 'SCRIPT' && !scriptAddress(into)) layers.arm(scriptText(into)); // its text came in pieces
      for (let k = 0, n = nodeCount(nodes); k < n; k++) {
        if (nodeName(nodes[k]) === 'SCRIPT' && !scriptAddress(nodes[k])) layers.arm(scriptText(nodes[k]));
      }
    }
  });
  const observer = MutationObserver && new MutationObserver(onMutations);
  const observe = guard(() => observer.observe(document, { __proto__: null, childList: true, subtree: true }));

  // renew goes on with another document in the same window.
  function renew() {
    if (!G.document || document === G.document) return;
    document = G.document;
    if (document.readyState !== 'complete') observe();
    attend();
  }

  // armBlank prepares an opened window's empty page for the one that takes it over without
  // a word.
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
      // byHand calls f, whose pushes are told from the page's by their stacks.
      byHand(f) {
        byHand = true;
        try { f(); } finally { byHand = false; }
      },
      // check looks after the hook and tells how it stands, as text. All records up to
      // the n-th have come.
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
      // forbid says that the page's policy lets no beacon pass.
      forbid() {
        forbidden = true;
        assess();
      },
      // rest gives the page back until the next check.
      rest() {
        checkAll();
        flush();
        withdraw();
        resting = true;
        layers.stepAside(true);
      },
      // leave gives the page back for good.
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
