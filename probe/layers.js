// Watches data layers: global variables that hold arrays. It calls emit with what
// each message is, before anybody else handles the message.
//
// Each is reported once. WeakSets remember objects, and a call that passes through
// several wrappers of push (the tag manager's is one) counts where it enters.
//
// The caller gives: snapshot(value), a mirror; emit(fields); emitPush(layer, mirror,
// fields), where each of the fields begins with a comma; stackAbove(function) and
// cause(), which return fields of what led to a message; and noteAddress(), which is
// called before a message where the browser does not tell of new addresses.
(function (hook) {
  'use strict';
  const { snapshot, emit, emitPush, stackAbove, cause, noteAddress, guard } = hook;
  const G = globalThis;
  const { Reflect: R, WeakSet, WeakMap } = G;
  const { defineProperty: define, getOwnPropertyDescriptor: describe, getPrototypeOf: prototypeOf, apply } = R;
  const { isArray } = G.Array;
  const { keys } = G.Object;
  const quote = G.JSON.stringify;
  const method = (f) => G.Function.prototype.call.bind(f);
  const tagOf = method(G.Object.prototype.toString);
  const has = method(WeakSet.prototype.has);
  const add = method(WeakSet.prototype.add);
  const stateOf = method(WeakMap.prototype.get);
  const setState = method(WeakMap.prototype.set);
  const isObject = (v) => (typeof v === 'object' && v !== null) || typeof v === 'function';
  const isArguments = (v) => {
    try { return !isArray(v) && 'length' in v && tagOf(v) === '[object Arguments]'; } catch { return false; }
  };

  let idle = false; // the hook has stepped aside, or left
  let asked = false; // and was asked to

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
    const gtag = isObject(message) && isArguments(message) ? ',"gtag":true' : '';
    emitPush(layer.label, snapshot(message), via + gtag + rest + cause());
  }

  // reportCall reports the messages of a call, but for those that are known.
  function reportCall(layer, via, args, from, above, known) {
    noteAddress();
    const stack = stackAbove(above);
    const call = args.length - from > 1 ? ++calls : 0;
    for (let i = from; i < args.length; i++) {
      if (known && known[i]) continue;
      report(layer, via, args[i], call ? stack + ',"call":' + call + ',"arg":' + (i - from) : stack);
    }
  }

  // ---- Arrays: push, unshift and splice become accessors, so that a wrapper that
  // somebody sets is itself wrapped. Wrappers have levels: 0 calls the native one.

  const lists = new WeakMap();
  const ways = [
    { index: 0, name: 'push', via: '', from: 0 },
    { index: 1, name: 'unshift', via: ',"via":"unshift"', from: 0 },
    { index: 2, name: 'splice', via: ',"via":"splice"', from: 2 },
  ];

  // wrap makes the method that reports and then calls inner; with none, the one
  // that the list inherits at that time.
  function wrap(list, way, level, inner) {
    const wrapper = ({
      [way.name]() {
        const original = inner || prototypeOf(list.value)[way.name];
        if (idle || this !== list.value) return apply(original, this, arguments);
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

  // enter takes in a call of a wrapper, and reports those of its messages that are
  // new: neither on their way from a wrapper above, nor kept by one until now.
  function enter(list, way, level, args, wrapper) {
    try {
      if (moved(list)) sweep(list);
      const { layer, call: outer } = list;
      const call = { way, args, outer, first: way.from, level, levels: null };
      let passing = 0, known = null;
      if (outer === null && !layer.keeps) {
        reportCall(layer, way.via, args, way.from, wrapper, known);
        return list.call = call;
      }
      call.levels = [];
      for (let i = way.from; i < args.length; i++) {
        const passes = outer !== null && pass(outer, way, level, args[i]);
        call.levels[i] = passes ? 0 : level;
        if (passes) passing++;
        if (!passes && !land(layer, level, args[i])) continue;
        known = known || [];
        known[i] = true;
        if (isObject(args[i])) add(layer.seen, args[i]);
      }
      if (passing > 0 && passing === args.length - way.from) return null;
      reportCall(layer, way.via, args, way.from, wrapper, known);
      return list.call = call;
    } catch {
      return null;
    }
  }

  function leave(list, call) {
    try {
      measure(list);
      if (!call) return;
      list.call = call.outer;
      for (let i = call.way.from; i < call.args.length; i++) {
        const level = call.levels ? call.levels[i] : call.level;
        const v = call.args[i];
        if (level > 0 && isObject(v) && v !== list.last) withhold(list.layer, level, v);
      }
    } catch { /* a proxy's trap */ }
  }

  // pass tells whether a wrapper hands on one of the messages that it was given, and
  // notes how far down that has come: each comes by a level once.
  function pass(call, way, level, v) {
    for (let c = call; c !== null; c = c.outer) {
      if (c.way !== way) continue;
      if (c.levels === null) {
        c.levels = [];
        for (let i = way.from; i < c.args.length; i++) c.levels[i] = c.level;
      }
      while (c.levels[c.first] === 0) c.first++;
      for (let i = c.first; i < c.args.length; i++) {
        if (c.levels[i] <= level || !alike(c.args[i], v)) continue;
        c.levels[i] = level;
        return true;
      }
    }
    return false;
  }

  // withhold notes that a message did not get below a level. It may land later, as
  // often as it was pushed; land then takes it for the same.
  function withhold(layer, level, v) {
    const kept = stateOf(layer.kept, v);
    setState(layer.kept, v, { level: kept && kept.level > level ? kept.level : level, count: kept ? kept.count + 1 : 1 });
    layer.keeps = true;
  }

  function land(layer, level, v) {
    const kept = layer.keeps && isObject(v) && stateOf(layer.kept, v);
    if (!kept || kept.count === 0 || level >= kept.level) return false;
    kept.count--;
    return true;
  }

  // alike tells whether a wrapper handed on what it was given: the very value, or a
  // copy of the same event.
  function alike(given, handed) {
    if (given === handed || unwrap(handed) === given) return true;
    const event = eventOf(given);
    return event !== '' && event === eventOf(handed);
  }

  function eventOf(v) {
    const own = isObject(v) && describe(v, 'event');
    return own && typeof own.value === 'string' ? own.value : '';
  }

  // intercept makes a method of the list an accessor. It says whether it could.
  function intercept(list, way) {
    const own = describe(list.value, way.name);
    if (typeof (own && 'value' in own ? own.value : list.value[way.name]) !== 'function') return true; // no layer of this kind
    const original = own && own.value;
    const before = list.tops[way.index];
    const top = list.tops[way.index] = { level: before ? before.level + 1 : 0 };
    const native = top.level === 0 && !original && list.value[way.name];
    top.wrapper = wrap(list, way, top.level, original);
    top.inner = original;
    top.get = () => top.wrapper;
    const lowest = top.wrapper;
    const set = guard((f) => {
      if (f === top.wrapper) return;
      top.inner = f === lowest ? original : f;
      if (f === lowest || f === native) top.wrapper = lowest; // what wrapped it is taken off
      else top.wrapper = typeof f === 'function' ? wrap(list, way, ++top.level, f) : f;
    });
    return define(list.value, way.name, {
      __proto__: null, configurable: true, enumerable: !!own && own.enumerable, get: top.get, set,
    });
  }

  // measure notes where a list ends, and moved whether that has changed since.
  function measure(list) {
    const { value } = list;
    list.length = value.length;
    list.last = isArray(value) ? value[value.length - 1] : undefined;
  }

  const moved = ({ value, length, last }) => value.length !== length || isArray(value) && value[length - 1] !== last;

  // sweep reports what came neither by push nor by unshift or splice. Beyond what
  // was last, where that is still in its place, all is new, also what was seen before.
  function sweep(list) {
    const { value, layer, length, last } = list;
    if (!isArray(value)) return;
    const end = length === 0 || isObject(last) && value[length - 1] === last ? length : Infinity;
    for (let i = 0; i < value.length; i++) {
      const v = value[i];
      if (i >= end ? !land(layer, 0, v) : isObject(v) && !has(layer.seen, v)) report(layer, ',"via":"index"', v, '');
    }
    measure(list);
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
    if (fresh) list = { value, layer, tops: [null, null, null], call: null, length: 0, last: undefined };
    layer.list = list;
    if (isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        const v = value[i];
        const carriedOver = isObject(v) ? has(layer.seen, v) : previous && i in previous.value && previous.value[i] === v;
        if (!carriedOver) report(layer, ',"via":"' + via + '"', v, stackAbove(above));
      }
      measure(list);
    }
    if (!fresh) return;
    setState(lists, value, list);
    for (let i = 0; i < ways.length; i++) {
      if (!intercept(list, ways[i]) && i === 0) emit('"is":"unhookable",' + layer.label);
    }
  });

  const newLayer = (name) => ({
    name, label: '"layer":' + quote(name), value: undefined, list: null, seen: new WeakSet(), kept: new WeakMap(), keeps: false,
    displaced: 0, rested: 0,
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
      const top = tops[i];
      const there = top && describe(layer.list.value, ways[i].name);
      if (!top || there && there.get === top.get) continue;
      if (!intercept(layer.list, ways[i]) || i !== 0 || asked) continue;
      const trouble = idle ? 'rested' : 'displaced';
      layer[trouble]++;
      emit('"is":"' + trouble + '",' + layer.label);
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
    idle = asked = false;
  });

  // lexical takes a layer that was declared with let or const, as it is now.
  const lexical = guard((name, value) => {
    const key = 'let ' + name;
    if (!isObject(value)) return;
    const known = layers[key];
    if (known) {
      adopt(known, value, 'assign');
      return;
    }
    layers[key] = newLayer(name);
    emit('"is":"lexical",' + layers[key].label);
    adopt(layers[key], value, 'initial');
  });

  // states says of each layer how the hook stands on it.
  const maxStates = 50;
  const states = guard(() => {
    let text = '', n = 0;
    for (const name in layers) if (n++ < maxStates) text += (text && ',') + '{' + state(name, layers[name]) + '}';
    return text;
  });

  const state = (name, layer) =>
    layer.label + ',"hook":"' + (holdOn(layer.list) || 'none') +
    '","lexical":' + (name !== layer.name) + ',"displaced":' + layer.displaced + ',"rested":' + layer.rested;

  const holdOn = guard((list) => {
    if (!list) return 'awaited';
    const push = list.tops[0];
    if (!push) return 'none';
    const there = describe(list.value, 'push');
    if (!there || there.get !== push.get) return 'frozen';
    return isArray(list.value) ? 'held' : 'object';
  });

  // stepAside gives the page its layers back. What remains of a wrapper hands calls
  // on; checkAll takes the layers up again.
  function stepAside(onRequest) {
    idle = true;
    asked = !!onRequest;
    for (const name in layers) release(layers[name]);
  }

  const release = guard((layer) => {
    const own = describe(G, layer.name);
    if (own && layer.get && own.get === layer.get) {
      if (layer.value === undefined) delete G[layer.name];
      else define(G, layer.name, { __proto__: null, configurable: true, enumerable: true, writable: true, value: layer.value });
    }
    if (!layer.list) return;
    for (let i = 0; i < ways.length; i++) {
      const top = layer.list.tops[i];
      const there = top && describe(layer.list.value, ways[i].name);
      if (!there || there.get !== top.get) continue;
      if (!top.inner) delete layer.list.value[ways[i].name];
      else define(layer.list.value, ways[i].name, { __proto__: null, configurable: true, enumerable: there.enumerable, writable: true, value: top.inner });
    }
  });

  return { watch, lexical, checkAll, states, stepAside };
})
