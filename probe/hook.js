// Watches the data layers of a document. Go runs it before the page's first
// script; what it sees it hands to Go through a binding, as text.
//
// It keeps three promises. Nothing it does throws into the page. A message is
// snapshotted before anybody else handles it. Each is reported once: WeakSets
// remember objects, and a call that passes through several wrappers of push (the
// tag manager's is one) counts where it enters.
//
// config: binding, key (names of globals), layers, rescue (a URL), stacks, lease (ms).
(function (config, snapshot, watchActions) {
  'use strict';
  const G = globalThis;
  const bind = G[config.binding];
  delete G[config.binding];
  if (G[config.key] || typeof bind !== 'function') return; // it is there already

  const { Reflect: R, WeakSet, WeakMap, Map, Error, document, navigator, performance } = G;
  const { apply, defineProperty: define, getOwnPropertyDescriptor: describe, getPrototypeOf: prototypeOf } = R;
  const { isArray } = G.Array;
  const { keys } = G.Object;
  const { floor } = G.Math;
  const quote = G.JSON.stringify;
  const method = (f) => G.Function.prototype.call.bind(f);
  const tagOf = method(G.Object.prototype.toString);
  const has = method(WeakSet.prototype.has);
  const add = method(WeakSet.prototype.add);
  const forget = method(WeakSet.prototype.delete);
  const stateOf = method(WeakMap.prototype.get);
  const setState = method(WeakMap.prototype.set);
  const lookUp = method(Map.prototype.get);
  const keep = method(Map.prototype.set);
  const now = performance.now.bind(performance);
  const soon = G.queueMicrotask.bind(G);
  const listen = G.addEventListener.bind(G);
  const captureStack = Error.captureStackTrace;
  const beacon = navigator.sendBeacon && navigator.sendBeacon.bind(navigator);
  const isObject = (v) => (typeof v === 'object' && v !== null) || typeof v === 'function';
  const guard = (f) => function () { try { return apply(f, this, arguments); } catch { return undefined; } };
  const isArguments = guard((v) => tagOf(v) === '[object Arguments]');

  // ---- Sending: records are numbered, and leave in batches by microtask. A timer
  // would lose what was pushed just before the page is left.

  const doc = (G.Math.random() + '').slice(2) + (G.Math.random() + '').slice(2);
  const origin = performance.timeOrigin;
  const batchRecords = 256, batchSize = 32768, batchAge = 50; // ms
  const beaconSize = 48000; // browsers refuse 64 KiB in flight
  const carriedBatches = 64;
  let records = 0, queue = '', queued = 0, oldest = 0, flushing = false;
  let address = G.location.href, introduction = '', introduced = false, leaving = false, left = false, carried = [];

  // emit queues a record. Its time is in whole microseconds, which are written
  // several times faster than fractions.
  function emit(is, fields) {
    if (!introduction) introduction = introduce();
    const t = now();
    const text = '{"n":' + ++records + ',"t":' + floor(t * 1000) + ',"is":"' + is + '"' + (fields ? ',' + fields : '') + '}';
    if (!queued) oldest = t;
    queue = queued++ ? queue + ',' + text : text;
    if (queued >= batchRecords || queue.length >= (leaving ? beaconSize : batchSize) || t - oldest > batchAge) {
      flush();
    } else if (!flushing) {
      flushing = true;
      soon(flush);
    }
    return records;
  }

  const flush = guard(() => {
    flushing = false;
    stacksRead = 0;
    if (!queued) return;
    const text = '{"doc":"' + doc + '","origin":' + origin + (introduced ? '' : introduction) +
      ',"records":[' + queue + ']}';
    const n = queued;
    introduced = true;
    queue = '';
    queued = 0;
    bind(text);
    if (leaving) rescue(text, n);
    else remember(text);
  });

  // recent are the batches that may have gone after the browser had turned to the
  // next page, which it does a moment before pagehide: they are sent once more.
  const recentAge = 1000, recentBatches = 16; // ms
  let recent = [];

  function remember(text) {
    if (recent.length === recentBatches) recent = recent.slice(recentBatches / 2);
    recent[recent.length] = { text, at: now() };
  }

  // introduce says what page the records are of.
  function introduce() {
    address = G.location.href; // a new window's first page may take over its empty one
    const entry = performance.getEntriesByType('navigation')[0];
    return ',"page":{"top":' + (G.top === G) + ',"url":' + quote(address) + ',"referrer":' + quote(document.referrer) +
      ',"title":' + quote(document.title) + ',"navigation":"' + (document.prerendering ? 'prerender' : entry ? entry.type : '') + '"}';
  }

  // rescue sends what the binding no longer carries: from pagehide on, the browser
  // listens to the next page only. The request is answered inside the browser. A
  // service worker would see it, so pages that have one do without.
  function rescue(text, n) {
    if (carried.length < carriedBatches) carried[carried.length] = text;
    if (!beacon || !config.rescue || controlled()) return;
    if (!beacon(config.rescue, text) && n) beacon(config.rescue, '{"doc":"' + doc + '","origin":' + origin + ',"lost":' + n + '}');
  }

  const controlled = guard(() => !!navigator.serviceWorker.controller);

  // ---- The page: its address, its restoration, its end.

  const noteAddress = guard(() => {
    const href = G.location.href;
    if (href === address) return;
    address = href;
    if (introduction) emit('address', '"url":' + quote(href) + ',"title":' + quote(document.title));
  });

  const onPageHide = guard(() => {
    checkAll();
    flush();
    leaving = true;
    const since = now() - recentAge;
    for (let i = 0; i < recent.length; i++) if (recent[i].at > since) rescue(recent[i].text, 0);
    recent = [];
    if (document.visibilityState === 'hidden') soon(onHidden); // a tab in the back
  });

  // onHidden says that the page has gone: what comes after it, in handlers of the
  // page's own for the same event or for unload, is not waited for.
  const onHidden = guard(() => {
    if (!leaving || document.visibilityState !== 'hidden') return;
    flush();
    if (introduced && beacon && !controlled()) beacon(config.rescue, '{"doc":"' + doc + '","end":true}');
  });

  const onPageShow = guard((event) => {
    leaving = false;
    const again = carried;
    carried = [];
    if (!event.persisted) return;
    for (let i = 0; i < again.length; i++) bind(again[i]);
    emit('restored', '"title":' + quote(document.title));
  });

  // blank is a new tab's page, until somebody writes into it.
  const blank = () => G.location.protocol === 'about:' && !document.referrer && !document.title;

  const onReady = guard(() => {
    checkAll();
    if (!introduction && G.top === G && !blank()) emit('ready');
  });

  let actionListeners = null;

  // attend adds the listeners again where document.open() took them off.
  const attend = guard(() => {
    listen('pagehide', onPageHide, true);
    listen('visibilitychange', onHidden, true);
    listen('pageshow', onPageShow, true);
    listen('popstate', noteAddress, true);
    listen('hashchange', noteAddress, true);
    listen('DOMContentLoaded', onReady, true);
    listen('load', checkAll, true);
    if (G.navigation) G.navigation.addEventListener('currententrychange', noteAddress);
    for (const type in actionListeners) listen(type, actionListeners[type], true);
  });

  // ---- What led to a push.

  // A page that pushes many times in one go does so from one place, mostly; beyond
  // the first few the stacks would be what costs most.
  const stackDepth = 8, stacksPerBatch = 4, stackMemory = 500, actionMemory = 1000; // ms
  let stacks = new Map(), stackCount = 0, stacksRead = 0;
  let lastAction = 0, lastActionTime = 0;

  function noteAction(fields) {
    noteAddress();
    lastAction = emit('action', fields);
    lastActionTime = now();
  }

  // stackAbove returns the calls that led to f. A text that was sent is named by
  // its number from then on.
  function stackAbove(f) {
    if (!config.stacks || !f || !captureStack || stacksRead >= stacksPerBatch) return '';
    stacksRead++;
    const text = readStack(f);
    if (!text) return '';
    const known = lookUp(stacks, text);
    if (known) return ',"stack":' + known;
    if (stackCount % stackMemory === 0) stacks = new Map();
    keep(stacks, text, ++stackCount);
    return ',"stack":' + stackCount + ',"frames":' + quote(text);
  }

  // readStack bypasses the page's own depth and formatter for the moment.
  function readStack(f) {
    const { stackTraceLimit, prepareStackTrace } = Error;
    const holder = {};
    try {
      Error.stackTraceLimit = stackDepth;
      if (prepareStackTrace !== undefined) Error.prepareStackTrace = undefined;
      captureStack(holder, f);
      return typeof holder.stack === 'string' ? holder.stack : '';
    } catch {
      return '';
    } finally {
      try {
        Error.stackTraceLimit = stackTraceLimit;
        if (prepareStackTrace !== undefined) Error.prepareStackTrace = prepareStackTrace;
      } catch { /* frozen: it was not changed either */ }
    }
  }

  // ---- Messages.

  let calls = 0;

  // A tag manager template's message is wrapped; what counts is inside.
  function unwrap(v) {
    try {
      if (isObject(v) && typeof v.getUntrustedMessageValue === 'function') return v.getUntrustedMessageValue();
    } catch { /* then the wrapper is the message */ }
    return v;
  }

  function report(layer, via, v, rest) {
    if (isObject(v)) add(layer.seen, v);
    const message = unwrap(v);
    const action = lastAction !== 0 && now() - lastActionTime < actionMemory ? ',"by":' + lastAction : '';
    const gtag = isObject(message) && isArguments(message) ? ',"gtag":true' : '';
    emit('push', layer.label + via + gtag + (rest || '') + action + ',"message":' + snapshot(message));
  }

  function reportCall(layer, via, args, from, above) {
    if (!G.navigation) noteAddress(); // else it tells of every change at once
    const stack = stackAbove(above);
    const call = args.length - from > 1 ? ++calls : 0;
    for (let i = from; i < args.length; i++) {
      report(layer, via, args[i], call ? stack + ',"call":' + call + ',"arg":' + (i - from) : stack);
    }
  }

  // ---- Arrays: push, unshift and splice become accessors, so that a wrapper that
  // somebody sets is itself wrapped. Wrappers have levels: 0 calls the native one.

  const lists = new WeakMap();
  const ways = [
    { name: 'push', via: '', from: 0 },
    { name: 'unshift', via: ',"via":"unshift"', from: 0 },
    { name: 'splice', via: ',"via":"splice"', from: 2 },
  ];

  // wrap makes the method that reports and then calls inner; with none, the one
  // that the list inherits at that time.
  function wrap(list, way, level, inner) {
    const wrapper = ({
      [way.name]() {
        const original = inner || prototypeOf(list.value)[way.name];
        if (left || resting || this !== list.value) return apply(original, this, arguments);
        const call = enter(list, way, level, arguments, wrapper);
        try {
          return apply(original, this, arguments);
        } finally {
          leave(list, call);
        }
      },
    })[way.name];
    return wrapper;
  }

  // enter reports the messages of a call, unless they were on their way already.
  const enter = guard((list, way, level, args, wrapper) => {
    if (now() - heard > config.lease) return rest();
    if (list.value.length !== list.length) sweep(list);
    const { layer, call: outer } = list;
    if (outer && outer.way === way && level < outer.reached && same(outer.args, args)) {
      outer.reached = level;
      markSeen(layer, args, way.from);
      return null;
    }
    if (level < list.tops[way.name].level && args.length === 1 && isObject(args[0]) && has(layer.awaited, args[0])) {
      forget(layer.awaited, args[0]);
      return null;
    }
    reportCall(layer, way.via, args, way.from, wrapper);
    return list.call = { way, args, reached: level, outer };
  });

  const leave = guard((list, call) => {
    list.length = list.value.length;
    if (!call) return;
    list.call = call.outer;
    if (call.reached === 0) return;
    for (let i = call.way.from; i < call.args.length; i++) { // it may land later
      if (isObject(call.args[i])) add(list.layer.awaited, call.args[i]);
    }
  });

  // same tells whether a wrapper handed on what it was given: the very values, or
  // copies of the same event.
  function same(given, handed) {
    if (given.length !== handed.length) return false;
    for (let i = 0; i < given.length; i++) {
      if (given[i] === handed[i] || unwrap(handed[i]) === given[i]) continue;
      const event = eventOf(given[i]);
      if (!event || event !== eventOf(handed[i])) return false;
    }
    return true;
  }

  function eventOf(v) {
    const own = isObject(v) && describe(v, 'event');
    return own && typeof own.value === 'string' ? own.value : '';
  }

  function markSeen(layer, args, from) {
    for (let i = from; i < args.length; i++) if (isObject(args[i])) add(layer.seen, args[i]);
  }

  // intercept makes a method of the list an accessor. It says whether it could.
  function intercept(list, way) {
    const own = describe(list.value, way.name);
    if (typeof (own && 'value' in own ? own.value : list.value[way.name]) !== 'function') return true; // no layer of this kind
    const original = own && own.value;
    const before = list.tops[way.name];
    const top = list.tops[way.name] = { level: before ? before.level + 1 : 0 };
    top.wrapper = wrap(list, way, top.level, original);
    top.inner = original;
    top.get = () => top.wrapper;
    const set = guard((f) => {
      if (f === top.wrapper) return;
      top.inner = f;
      top.wrapper = typeof f === 'function' ? wrap(list, way, ++top.level, f) : f;
    });
    return define(list.value, way.name, {
      __proto__: null, configurable: true, enumerable: !!own && own.enumerable, get: top.get, set,
    });
  }

  // sweep reports what came neither by push nor by unshift or splice.
  function sweep(list) {
    if (!isArray(list.value)) return;
    const { value, layer } = list;
    for (let i = 0; i < value.length; i++) {
      const v = value[i];
      if (isObject(v) && !has(layer.seen, v)) report(layer, ',"via":"index"', v);
    }
    list.length = value.length;
  }

  // ---- Layers: global variables, watched by accessors.

  const layers = { __proto__: null };

  // adopt takes a list as the layer's from now on, and reports what is in it.
  const adopt = guard((layer, value, via, above) => {
    if (!isObject(value)) return;
    const previous = layer.list;
    let list = stateOf(lists, value);
    if (list === previous && list) return;
    const fresh = !list;
    if (fresh) list = { value, layer, tops: { __proto__: null }, call: null, length: 0 };
    layer.list = list;
    if (isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        const v = value[i];
        const carriedOver = isObject(v) ? has(layer.seen, v) : previous && i in previous.value && previous.value[i] === v;
        if (!carriedOver) report(layer, ',"via":"' + via + '"', v, stackAbove(above));
      }
      list.length = value.length;
    }
    if (!fresh) return;
    setState(lists, value, list);
    for (let i = 0; i < ways.length; i++) {
      if (!intercept(list, ways[i]) && i === 0) emit('unhookable', layer.label);
    }
  });

  const newLayer = (name) => ({
    name, label: '"layer":' + quote(name), value: undefined, list: null, seen: new WeakSet(), awaited: new WeakSet(),
  });

  const watch = guard((name) => {
    if (layers[name]) return check(layers[name]);
    const layer = layers[name] = newLayer(name);
    layer.get = () => layer.value;
    layer.set = (v) => {
      layer.value = v;
      adopt(layer, v, 'assign', layer.set);
    };
    const there = G[name];
    place(layer, there);
    adopt(layer, there, 'initial');
  });

  // place puts the accessor on the global, where a page's var or own accessor does
  // not forbid it; check finds out about those.
  const place = guard((layer, value) => {
    const own = describe(G, layer.name);
    if (own && (!own.configurable || own.get)) return;
    layer.value = value;
    define(G, layer.name, { __proto__: null, configurable: true, enumerable: true, get: layer.get, set: layer.set });
  });

  // check makes good what the page displaced.
  const check = guard((layer) => {
    if (layer.get) {
      const value = G[layer.name];
      const own = describe(G, layer.name);
      if (!own || own.get !== layer.get) place(layer, value);
      if (isObject(value) && (!layer.list || layer.list.value !== value)) adopt(layer, value, 'assign');
    }
    if (!layer.list) return;
    sweep(layer.list);
    const { tops } = layer.list;
    for (let i = 0; i < ways.length; i++) {
      const top = tops[ways[i].name];
      const there = top && describe(layer.list.value, ways[i].name);
      if (!top || there && there.get === top.get) continue;
      if (intercept(layer.list, ways[i]) && i === 0) emit(resting ? 'rested' : 'displaced', layer.label);
    }
  });

  // discover finds the layers that tag managers on the page use, by what they
  // note about each.
  const discover = guard(() => {
    const managers = G.google_tag_manager;
    if (!isObject(managers)) return;
    const names = keys(managers);
    for (let i = 0; i < names.length; i++) {
      const own = describe(managers, names[i]);
      if (!layers[names[i]] && own && isObject(own.value) && 'gtmDom' in own.value) watch(names[i]);
    }
  });

  const checkAll = guard(() => {
    discover();
    for (const name in layers) check(layers[name]);
    noteAddress();
  });

  // ---- What Go calls. It calls check every second. When it no longer does, it may
  // have died: the hook steps aside, and comes back if that was not so.

  let heard = now(), resting = false;

  function rest() {
    resting = true;
    for (const name in layers) release(layers[name]);
    return null;
  }

  const api = {
    __proto__: null,
    watch(names) {
      for (let i = 0; i < names.length; i++) watch(names[i]);
    },
    // lexical takes a layer that was declared with let or const.
    lexical(name, value) {
      const key = 'let ' + name;
      if (layers[key] || !isObject(value)) return;
      layers[key] = newLayer(name);
      emit('lexical', layers[key].label);
      adopt(layers[key], value, 'initial');
    },
    check() {
      heard = now();
      attend();
      checkAll();
      resting = false;
      flush();
      return records;
    },
    // leave gives the page back: what remains of a wrapper hands the call on.
    leave() {
      checkAll();
      flush();
      left = true;
      for (const name in layers) release(layers[name]);
      delete G[config.key];
    },
  };

  const release = guard((layer) => {
    const own = describe(G, layer.name);
    if (own && layer.get && own.get === layer.get) {
      if (layer.value === undefined) delete G[layer.name];
      else define(G, layer.name, { __proto__: null, configurable: true, enumerable: true, writable: true, value: layer.value });
    }
    if (!layer.list) return;
    for (let i = 0; i < ways.length; i++) {
      const top = layer.list.tops[ways[i].name];
      const there = top && describe(layer.list.value, ways[i].name);
      if (!there || there.get !== top.get) continue;
      if (!top.inner) delete layer.list.value[ways[i].name];
      else define(layer.list.value, ways[i].name, { __proto__: null, configurable: true, enumerable: there.enumerable, writable: true, value: top.inner });
    }
  });

  define(G, config.key, { __proto__: null, configurable: true, value: api });
  if (watchActions && G.Element) actionListeners = guard(watchActions)(noteAction);
  api.watch(config.layers);
  attend();
  if (document.readyState !== 'loading') onReady();
})
