// Watches data layers: global variables that hold arrays. It tells what each message
// is at the moment at which it lands in the array.
//
// Nothing that a script can act on is changed. The array gets a prototype of ours between
// itself and the one it had. It has no property of its own, and inherits what it did: its
// push is the native one. The engine asks that prototype wherever an element comes to be
// that was not there, be it by push, unshift, splice or an index, from whatever frame, and
// whatever wraps what. Wrappers that the page puts on the array are left alone.
//
// The global is an ordinary variable, too. It is looked at where it may have changed:
// before each script of the document, after each message, on a timer.
//
// The caller gives: snapshot(value), in compact form; emit(fields) and emitPush(layer, compact,
// fields), which return the record's number, and where each of emitPush's fields begins
// with a comma; stackAbove(functions) and way(), which say what led to a message; cause();
// noteAddress(), which is called before a message where the browser does not report new
// addresses; settleSoon(), which makes the caller call settle in a microtask; key, a name
// that no page knows.
(function (hook) {
  'use strict';
  const { snapshot, emit, emitPush, stackAbove, isOnStack, way, cause, noteAddress, settleSoon, guard, key, now, untaken, objects } = hook;
  const G = globalThis;
  const { Reflect: R, WeakSet, WeakMap, Proxy } = G;
  const { defineProperty: define, getOwnPropertyDescriptor: describe, getPrototypeOf: prototypeOf, setPrototypeOf: setPrototype } = R;
  const reflectSet = R.set;
  const { isArray } = G.Array;
  const { keys, create } = G.Object;
  const quote = G.JSON.stringify;
  const method = (f) => G.Function.prototype.call.bind(f);
  const tagOf = method(G.Object.prototype.toString);
  const sourceOf = method(G.Function.prototype.toString);
  const indexOf = method(G.String.prototype.indexOf);
  const lower = method(G.String.prototype.toLowerCase);
  const has = method(WeakSet.prototype.has);
  const add = method(WeakSet.prototype.add);
  const lookUp = method(WeakMap.prototype.get);
  const keep = method(WeakMap.prototype.set);
  const isObject = (v) => (typeof v === 'object' && v !== null) || typeof v === 'function';
  const isArguments = (v) => {
    try { return !isArray(v) && 'length' in v && tagOf(v) === '[object Arguments]'; } catch { return false; }
  };

  let idle = false; // the hook has stepped aside, or left
  let asked = false; // and was asked to

  // ---- Messages.

  // A tag manager template's message is wrapped; what counts is inside.
  function unwrap(v) {
    try {
      if (isObject(v) && typeof v.getUntrustedMessageValue === 'function') return v.getUntrustedMessageValue();
    } catch { /* then the wrapper is the message */ }
    return v;
  }

  // report emits a message, and returns the number of its record.
  function report(layer, via, v, rest) {
    if (isObject(v)) add(layer.seen, v);
    const message = unwrap(v);
    const gtag = isObject(message) && isArguments(message) ? ',"gtag":true' : '';
    return emitPush(layer.label, snapshot(message), via + gtag + rest + cause());
  }

  // ---- Lists: the arrays of layers.

  const lists = new WeakMap(); // by the array, or the page's proxy of one, and by our prototypes
  const touched = []; // those at which something is to be settled

  const newList = (value, layer) => ({
    value, layer,
    below: null, proto: null, set: null, // our prototype's target, itself, and its trap
    length: 0, last: undefined, // where it ended when it was last looked at
    push: undefined, // its own push
    takers: [], // the pushes of tag managers that took the layer
    doubt: null, // a message that may have moved instead of come
    claims: [], // what was handed to push where something else landed
    several: [], // the calls of push with several arguments, since it was last settled
    dirty: false, way: '', stack: '', // elements moved, and by what
    waits: false, // is in touched
    bypassed: false, displaced: 0, shared: false,
  });

  function touch(list) {
    if (list.waits) return;
    list.waits = true;
    put(touched, list);
    settleSoon();
  }

  // mount puts our prototype under a list. It reports whether it could.
  function mount(list) {
    const below = create(prototypeOf(list.value));
    define(below, key, { __proto__: null, configurable: true, value: mark });
    list.set = function (target, name, v, receiver) {
      if (idle || typeof name !== 'string') return reflectSet(target, name, v, receiver);
      const index = +name;
      const before = index === index ? lengthOf(list, receiver) : -1;
      const done = reflectSet(target, name, v, receiver);
      if (done && before >= 0) landed(list, index, before, v, receiver);
      else if (done && name === 'push') noticePush(list);
      return done;
    };
    const proto = new Proxy(below, { __proto__: null, set: list.set, ownKeys: hide });
    if (!setPrototype(list.value, proto)) return false;
    list.below = below;
    list.proto = proto;
    keep(lists, proto, list);
    return true;
  }

  // isMounted reports whether our prototype is still among those of a list.
  function isMounted(list) {
    let proto = list.value;
    for (let i = 0; i < 10 && isObject(proto); i++) {
      proto = prototypeOf(proto);
      if (proto === list.proto) return true;
    }
    return false;
  }

  const hide = () => [];
  const mark = { __proto__: null, mark: true };

  // lengthOf is a list's length; -1 where something else has it for its prototype.
  function lengthOf(list, receiver) {
    try {
      if (receiver === list.value) return receiver.length;
      return isArray(receiver) && prototypeOf(receiver) === list.proto ? receiver.length : -1;
    } catch {
      return -1;
    }
  }

  // landed takes in an element that has come to be. The ends of arrays are where messages
  // come; unshift and splice begin at the end, too, with what they move.
  function landed(list, index, before, v, receiver) {
    busy++;
    land(list, index, before, v, receiver);
    busy--;
  }

  let busy = 0; // inside the following: not the moment to settle

  const land = guard((list, index, before, v, receiver) => {
    if (awaited > 0) noticeAwaited();
    if (index !== before) {
      disturb(list);
      return;
    }
    const end = before > 0 ? receiver[before - 1] : undefined;
    if (list.doubt) resolve(list);
    if (before > 0 && (list.dirty || before > list.length || end !== list.last)) sweep(list, before);
    noteAddress();
    const { layer } = list;
    const handed = handedTo(list);
    const stack = stackAbove(list.push, list.set);
    list.length = before + 1;
    list.last = v;
    const n = report(layer, viaOf(way()), v, stack + received(list) + argumentOf(list, handed, v));
    if (before > 0 && end === v) list.doubt = { index, v, n, next: list.doubt };
    if (handed && !isTaker(list, list.push)) claim(list, handed, v, n);
    touch(list);
  });

  const viaOf = (name) => (name === 'unshift' ? ',"via":"unshift"' : name === 'splice' ? ',"via":"splice"' : name === 'index' ? ',"via":"index"' : '');

  // disturb notes that elements have moved.
  function disturb(list) {
    if (!list.dirty) {
      list.dirty = true;
      list.stack = stackAbove(list.push, list.set);
      list.way = way(list.set);
    }
    touch(list);
  }

  // received reports whether a tag manager's own push is being called.
  function received(list) {
    const { takers } = list;
    if (takers.length === 0) return list.layer.taken ? ',"received":false' : '';
    for (let i = 0; i < takers.length; i++) if (isOnStack(takers[i])) return ',"received":true';
    if (!list.bypassed) {
      list.bypassed = true;
      emit('"is":"layer","what":"bypassed",' + list.layer.label);
    }
    return ',"received":false';
  }

  // handedTo returns what the page handed to the array's own push that is being called, as
  // far as that can be told: of a function that is not strict the engine tells it.
  function handedTo(list) {
    const f = list.push;
    if (!f) return null;
    try {
      return isObject(f.arguments) ? f.arguments : null;
    } catch {
      return null; // it is strict
    }
  }

  // argumentOf tells which argument of which call a message is, where the call has several.
  // The engine makes another object of the same arguments each time that it is asked.
  function argumentOf(list, handed, v) {
    if (!handed || handed.length < 2) return '';
    const { several } = list;
    for (let i = several.length - 1; i >= 0; i--) {
      const index = sameAs(several[i].args, handed) ? indexIn(several[i], v) : -1;
      if (index >= 0) return ',"call":' + several[i].number + ',"arg":' + index;
    }
    const call = { args: handed, came: [], number: numbered + 1 };
    const index = indexIn(call, v);
    if (index < 0) return '';
    numbered++;
    if (several.length === maxSeveral) several.length = 0;
    put(several, call);
    return ',"call":' + call.number + ',"arg":' + index;
  }

  let numbered = 0;
  const maxSeveral = 16; // calls, each within the one before

  function sameAs(a, b) {
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  }

  // indexIn returns which argument of a call has become v, of those that have not come yet;
  // -1 if none has, or if it may be more than one.
  function indexIn(call, v) {
    const { args, came } = call;
    const plain = unwrap(v);
    let index = -1;
    for (let i = args.length - 1; i >= 0; i--) if (!came[i] && (args[i] === v || args[i] === plain)) index = i;
    if (index < 0) index = onlyAlike(args, v);
    if (index < 0 || came[index]) return -1;
    put(came, true, index);
    return index;
  }

  // onlyAlike returns the index of the only argument with the event of a message, or -1.
  function onlyAlike(args, v) {
    let index = -1;
    for (let i = 0; i < args.length; i++) {
      if (!alike(args[i], v)) continue;
      if (index >= 0) return -1;
      index = i;
    }
    return index;
  }

  // put sets an element of an array of ours, whatever Array.prototype has.
  const put = (list, value, at = list.length) =>
    define(list, at, { __proto__: null, configurable: true, enumerable: true, writable: true, value });

  function isTaker(list, f) {
    for (let i = 0; i < list.takers.length; i++) if (list.takers[i] === f) return true;
    return false;
  }

  // claim notes that n is what became of something else that was handed to push.
  function claim(list, handed, v, n) {
    const { claims } = list;
    let given, count = 0;
    const plain = unwrap(v);
    for (let i = 0; i < handed.length; i++) {
      if (handed[i] === v || handed[i] === plain) {
        for (let k = 0; k < claims.length; k++) if (claims[k].given === handed[i]) claims[k].given = claims;
        return;
      }
      if (handed.length === 1 || alike(handed[i], v)) {
        given = handed[i];
        count++;
      }
    }
    if (count === 1) put(claims, { given, n, compact: snapshot(given) });
  }

  // alike says that two messages have the same event.
  function alike(a, b) {
    const event = eventOf(a);
    return event !== '' && event === eventOf(b);
  }

  function eventOf(v) {
    const own = isObject(v) && describe(v, 'event');
    return own && typeof own.value === 'string' ? own.value : '';
  }

  // settle finishes what could not be told while a method of an array was running.
  const settle = guard(() => {
    if (settling || touched.length === 0) return;
    settling = true;
    for (let i = 0; i < touched.length; i++) settleList(touched[i]);
    touched.length = 0;
    settling = false;
    noticeAll();
  });
  let settling = false;

  // resolve finds out which of the last messages did not come, but were moved.
  function resolve(list) {
    const { value } = list;
    for (let d = list.doubt; d !== null; d = d.next) {
      if (value[d.index] !== d.v || value[d.index - 1] === d.v) continue;
      emit('"is":"moved","of":' + d.n);
      list.dirty = true;
      list.way = list.way || 'unshift';
    }
    list.doubt = null;
  }

  const settleList = guard((list) => {
    list.waits = false;
    const { value, claims } = list;
    resolve(list);
    for (let i = 0; i < claims.length; i++) {
      if (claims[i].given !== claims) emitCalled(claims[i]);
    }
    if (claims.length > 0) list.claims = [];
    list.several.length = 0;
    if (list.dirty || value.length > list.length) sweep(list, value.length);
    list.dirty = false;
    list.way = list.stack = '';
    measure(list);
  });

  const emitCalled = (c) => emit('"is":"called","of":' + c.n, c.compact);

  // measure notes where a list ends.
  function measure(list) {
    const { value } = list;
    list.length = value.length;
    list.last = isArray(value) ? value[list.length - 1] : undefined;
  }

  // sweep reports what landed unseen, among the first elements of a list. Beyond what
  // was last, where that is still in its place, all is new, also what was seen before.
  function sweep(list, count) {
    const { value, layer, length, last } = list;
    if (!isArray(value)) return;
    const via = viaOf(list.way || 'index');
    const end = length === 0 || isObject(last) && value[length - 1] === last ? length : Infinity;
    for (let i = 0; i < count; i++) {
      const v = value[i];
      if (i >= end || isObject(v) && !has(layer.seen, v)) report(layer, via, v, list.stack + (list.takers.length > 0 || layer.taken ? ',"received":false' : ''));
    }
    list.length = count;
    list.last = count > 0 ? value[count - 1] : undefined;
  }

  // ---- A push of the page's own.
  //
  // It is the page's function and stays it, since scripts compare it: to find out whether
  // theirs is still in place, or whether a tag manager has come. What such a wrapper passes
  // on lands, and is seen then. What one keeps for itself is not, and where its text has no
  // way of calling another method with an array for its receiver, that is said.

  function swallows(f) {
    const text = sourceOf(f);
    for (let i = 0; i < passes.length; i++) {
      const at = indexOf(text, passes[i]);
      if (at >= 0 && !(passes[i] === '.call' && endsWith(slice(text, 0, at), 'slice') && lastIndexOf(text, '.call') === at)) return false;
    }
    return true;
  }

  const passes = ['.apply', '.call', '.bind', 'Reflect', 'super', '[native code]']; // but slice.call(arguments)

  // noticePush looks at what push a list has.
  const noticePush = guard((list) => {
    const own = describe(list.value, 'push');
    const f = own && own.value;
    if (f === list.push) return;
    list.push = typeof f === 'function' ? f : undefined;
    if (!list.push || lookForManagers(list) || !swallows(f)) return;
    if (!list.layer.swallows) emit('"is":"layer","what":"overridden",' + list.layer.label);
    warn(list.layer, 'swallows');
  });

  // warn tells once of a layer that what is pushed into it may not be seen.
  function warn(layer, trouble) {
    if (layer[trouble]) return;
    layer[trouble] = true;
    emit('"is":"' + trouble + '",' + layer.label);
  }

  // ---- Tag managers, by what they leave in a global of theirs.

  const managersNow = () => {
    const own = describe(G, 'google_tag_manager');
    return own && isObject(own.value) ? own.value : null;
  };

  const isContainer = (name) => {
    const at = indexOf(name, '-');
    return at > 0 && at < 5 && name !== lower(name);
  };

  // layerOf returns the layer that a container says that it uses, if it does.
  function layerOf(container) {
    const own = isObject(container) && describe(container, 'dataLayer');
    const name = own && isObject(own.value) && describe(own.value, 'name');
    return name && typeof name.value === 'string' ? name.value : '';
  }

  // lookForManagers finds out whether a list's push is that of a tag manager that has come
  // since it was last looked for. It says so.
  const lookForManagers = guard((list) => {
    const managers = managersNow();
    if (!managers || !list.push || isTaker(list, list.push)) return false;
    const { layer } = list;
    const names = keys(managers);
    let found = false;
    for (let i = 0; i < names.length && names.length < 200; i++) {
      const own = describe(managers, names[i]);
      const known = lookUp(layer.containers, managers) || '';
      if (!own || !isContainer(names[i]) || indexOf(known, ' ' + names[i] + ' ') >= 0) continue;
      const uses = layerOf(own.value);
      if (uses && uses !== layer.name) continue;
      keep(layer.containers, managers, known + ' ' + names[i] + ' ');
      emit('"is":"layer","what":"taken","container":' + quote(names[i]) + ',' + layer.label);
      found = true;
    }
    const own = describe(managers, layer.name);
    if (!found && !layer.taken && own && isObject(own.value) && !isContainer(layer.name)) {
      emit('"is":"layer","what":"taken",' + layer.label);
      found = true;
    }
    if (!found) return false;
    layer.taken = true;
    put(list.takers, list.push);
    return true;
  });

  // ---- Layers: global variables.

  const layers = { __proto__: null };
  let awaited = 0; // those that are not there yet

  const newLayer = (name, optional) => {
    if (!optional) awaited++;
    return {
      optional,
      name, path: pathOf(name), label: '"layer":' + quote(name), list: null, seen: new WeakSet(), swallows: false, unwatchable: false,
      containers: new WeakMap(), taken: false, displaced: 0, rested: 0, lexical: false,
      since: 0, told: optional,
    };
  };

  const split = method(G.String.prototype.split);
  const slice = method(G.String.prototype.slice);
  const lastIndexOf = method(G.String.prototype.lastIndexOf);
  const endsWith = method(G.String.prototype.endsWith);
  const trimStart = method(G.String.prototype.trimStart);
  const trimEnd = method(G.String.prototype.trimEnd);
  const pathOf = (name) => split(name, '.');

  // valueOf returns what a layer's variable holds. A page's own getter is called only until
  // it has given something: it may count.
  function valueOf(layer) {
    let owner = G, value;
    for (let i = 0; i < layer.path.length; i++) {
      if (!isObject(owner)) return undefined;
      const own = describe(owner, layer.path[i]);
      if (!own) return undefined;
      if (own.get && layer.list) return layer.list.value;
      value = own.get ? owner[layer.path[i]] : own.value;
      owner = value;
    }
    return value;
  }

  // adopt takes a list as the layer's from now on, and reports what is in it.
  const adopt = guard((layer, value, via, above) => {
    if (!isObject(value)) return;
    const previous = layer.list;
    const proto = prototypeOf(value);
    let list = lookUp(lists, value) || lookUp(lists, proto);
    if (list === previous && list) return;
    const fresh = !list;
    if (fresh) list = newList(value, layer);
    if (!previous && !layer.optional) awaited--;
    layer.list = list;
    layer.since = layer.since || now();
    if (!previous && layer.optional) emit('"is":"layer","what":"found",' + layer.label);
    if (previous && layer.taken) emit('"is":"layer","what":"replaced",' + layer.label);
    const theirs = fresh && isObject(proto) && describe(proto, key);
    if (theirs && join(layer, list, theirs.value)) return;
    if (isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        const v = value[i];
        const carriedOver = isObject(v) ? has(layer.seen, v) : previous && i in previous.value && previous.value[i] === v;
        if (!carriedOver) report(layer, ',"via":"' + via + '"', v, stackAbove(above) + received(list));
      }
      measure(list);
    }
    if (!fresh) return;
    keep(lists, value, list);
    if (isArray(value) && !mount(list)) emit('"is":"unhookable",' + layer.label);
    if (isArray(value)) noticePush(list);
    else if (typeof value.push === 'function') warn(layer, 'unwatchable');
  });

  // join shares a list with another frame's hook, which reports its messages.
  function join(layer, list, theirs) {
    if (!isObject(theirs)) return false;
    list.shared = true;
    keep(lists, list.value, list);
    emit('"is":"layer","what":"found",' + layer.label);
    return true;
  }

  const watch = guard((name, since) => {
    if (!layers[name]) layers[name] = newLayer(name, since === 'optional');
    notice(layers[name], 'initial');
  });

  // notice looks at whether a variable holds another array than it did, and whether that
  // has another push.
  const notice = guard((layer, via) => {
    if (layer.lexical) return;
    const value = valueOf(layer);
    const { list } = layer;
    if (isObject(value) && (!list || list.value !== value)) adopt(layer, value, via || (list ? 'assign' : 'found'));
    if (!layer.list || layer.list.shared) return;
    if (!isArray(layer.list.value)) return;
    noticePush(layer.list);
    lookForManagers(layer.list);
  });

  const noticeAwaited = () => {
    for (const name in layers) if (!layers[name].list && !layers[name].optional) notice(layers[name]);
  };

  // look is called between scripts.
  const look = guard(() => {
    disarm();
    noticeAll();
  });

  const noticeAll = guard(() => {
    if (idle) return;
    for (const name in layers) notice(layers[name]);
  });

  // check makes good what the page displaced.
  const check = guard((layer) => {
    notice(layer);
    const { list } = layer;
    if (!list || list.shared) return;
    sweep(list, list.value.length);
    if (!list.proto || isMounted(list) || list.displaced >= maxDisplaced) return;
    if (!idle) list.displaced++;
    if (!mount(list) || asked) return;
    const trouble = idle ? 'rested' : 'displaced';
    layer[trouble]++;
    emit('"is":"' + trouble + '",' + layer.label);
  });

  const maxDisplaced = 5;

  // discover finds the layers that tag managers on the page use, by what they
  // note about each.
  const discover = guard(() => {
    const managers = managersNow();
    if (!managers) return;
    const names = keys(managers);
    for (let i = 0; i < names.length; i++) {
      const own = describe(managers, names[i]);
      if (!layers[names[i]] && own && isObject(own.value) && 'gtmDom' in own.value) watch(names[i]);
    }
  });

  // lookAround finds variables whose names are nearly that of a data layer, and that hold
  // arrays: pushes that went into the wrong one.
  const lookAround = guard(() => {
    const names = keys(G);
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      if (name.length < 8 || name.length > 11 || layers[name] || alikes[name] || !isLookalike(name)) continue;
      const own = describe(G, name);
      if (!own || !isArray(own.value)) continue;
      alikes[name] = true;
      emit('"is":"layer","what":"lookalike","layer":' + quote(name));
    }
  });
  const alikes = { __proto__: null };

  // lookForObjects finds the data layers of other managers that are objects. They are not
  // watched, unless an array in them is.
  const lookForObjects = guard(() => {
    for (let i = 0; i < objects.length; i++) {
      const name = objects[i], own = describe(G, name);
      if (alikes[name] || layers[name] || !own || !isObject(own.value) || isArray(own.value) || isWatchedIn(name)) continue;
      alikes[name] = true;
      emit('"is":"layer","what":"object","layer":' + quote(name));
    }
  });

  function isWatchedIn(name) {
    for (const watched in layers) if (layers[watched].list && layers[watched].path[0] === name) return true;
    return false;
  }

  // isLookalike reports whether a name is "dataLayer" but for one letter, or for its case.
  function isLookalike(name) {
    const text = lower(name), right = 'datalayer';
    if (name === 'dataLayer' || text[0] !== 'd') return false;
    let i = 0, k = 0;
    while (i < text.length && text[i] === right[i]) i++;
    while (k < text.length - i && k < right.length - i && text[text.length - 1 - k] === right[right.length - 1 - k]) k++;
    const odd = text.length - i - k, missing = right.length - i - k;
    if (odd === 1 && text[i] >= '0' && text[i] <= '9') return false; // a second layer
    return odd <= 1 && missing <= 1 || odd === 2 && missing === 2 && text[i] === right[i + 1] && text[i + 1] === right[i];
  }

  const checkAll = guard(() => {
    discover();
    lookAround();
    lookForObjects();
    for (const name in layers) check(layers[name]);
    settle();
    idle = asked = false;
  });

  // ---- Before the first touch of a layer its array is not known. Before a script that
  // names one runs, two things are put in place, until the layer is found and for no longer
  // than that script: an accessor on the variable, where the first thing that the script
  // does to it is to assign it, so that nothing can meet the accessor; and accessors on
  // Array.prototype that look for the layer when push, unshift or splice is read. They
  // return the native methods.

  const arrayProto = G.Array.prototype;
  const names = ['push', 'unshift', 'splice'];
  const reads = [null, null, null], natives = [null, null, null];
  let armed = false;
  const traps = []; // the variables that have accessors

  for (let i = 0; i < names.length; i++) {
    const name = names[i], native = arrayProto[name];
    natives[i] = describe(arrayProto, name);
    reads[i] = describe({
      get read() {
        findAwaited(reads[i].get);
        return native;
      },
      set read(v) {
        const list = this;
        findAwaited(reads[i].set);
        disarm();
        reflectSet(arrayProto, name, v, list);
      },
    }, 'read');
  }

  const findAwaited = guard((above) => {
    for (const name in layers) {
      const layer = layers[name];
      if (layer.list || layer.lexical) continue;
      const value = valueOf(layer);
      if (!isObject(value)) continue;
      disarm();
      adopt(layer, value, 'assign', above);
    }
  });

  // arm is called before a script with such a text runs.
  const arm = guard((text) => {
    if (armed || idle) return;
    for (const name in layers) {
      const layer = layers[name];
      if (layer.list || layer.lexical || indexOf(text, layer.path[0]) < 0) continue;
      if (layer.path.length === 1 && assignsFirst(text, name)) trapAssignment(layer);
      armed = true;
    }
    if (!armed || indexOf(text, 'PropertyDescriptor') >= 0 || indexOf(text, 'freeze') >= 0) return;
    for (let i = 0; i < names.length; i++) {
      const own = describe(arrayProto, names[i]);
      if (!own || own.value !== natives[i].value || !own.configurable) continue;
      define(arrayProto, names[i], { __proto__: null, configurable: true, enumerable: false, get: reads[i].get, set: reads[i].set });
    }
  });

  const disarm = guard(() => {
    if (!armed) return;
    armed = false;
    for (let i = 0; i < names.length; i++) {
      const own = describe(arrayProto, names[i]);
      if (!own || own.get !== reads[i].get) continue;
      define(arrayProto, names[i], { __proto__: null, configurable: true, enumerable: false, writable: true, value: natives[i].value });
    }
    for (let i = 0; i < traps.length; i++) {
      const own = describe(G, traps[i].name);
      if (own && own.set === traps[i].assign) delete G[traps[i].name];
    }
    traps.length = 0;
  });

  // trapAssignment runs at the first assignment to a variable that is not there.
  function trapAssignment(layer) {
    if (describe(G, layer.name)) return;
    layer.assign = (v) => {
      disarm();
      reflectSet(G, layer.name, v, G);
      adopt(layer, v, 'assign', layer.assign);
    };
    if (define(G, layer.name, { __proto__: null, configurable: true, enumerable: true, get: () => undefined, set: layer.assign })) {
      put(traps, layer);
    }
  }

  // assignsFirst reports whether the first thing that a script does to a variable is to assign
  // it, and not to find out about it. It may read it as the window's property for that.
  function assignsFirst(text, name) {
    const at = indexOf(text, name);
    let bare = true, before = trimEnd(slice(text, 0, at)), after = trimStart(slice(text, at + name.length));
    if (before.length === at && at > 0 && indexOf(';{}(,\n.', text[at - 1]) < 0) return false;
    for (let i = 0; i < owners.length; i++) {
      if (!endsWith(before, owners[i])) continue;
      bare = false;
      before = trimEnd(slice(before, 0, before.length - owners[i].length));
    }
    if (bare && indexOf(text, 'use strict') >= 0) return false; // that fails
    if (before !== '' && indexOf(';{}(,>', before[before.length - 1]) < 0) return false;
    if (after[0] !== '=' || after[1] === '=' || after[1] === '>') return false;
    after = trimStart(slice(after, 1));
    return indexOf(after, name) !== 0 && indexOf(after, 'typeof') !== 0 && indexOf(after, '(') !== 0;
  }

  const owners = ['window.', 'self.', 'globalThis.'];

  // lexical takes a layer that was declared with let or const, as it is now.
  const lexical = guard((name, value) => {
    const id = 'let ' + name;
    if (!isObject(value)) return;
    const known = layers[id];
    if (known) {
      adopt(known, value, 'assign');
      return;
    }
    layers[id] = newLayer(name);
    layers[id].lexical = true;
    emit('"is":"layer","what":"lexical",' + layers[id].label);
    adopt(layers[id], value, 'initial');
  });

  // noteUntaken reports the layers that no tag manager has taken for a while.
  const noteUntaken = guard(() => {
    for (const name in layers) {
      const layer = layers[name];
      if (!layer.list || layer.told || now() - layer.since < untaken) continue;
      layer.told = true;
      if (!layer.taken && !layer.lexical && !layer.list.shared) emit('"is":"layer","what":"found",' + layer.label);
    }
  });

  // states says of each layer how the hook stands on it.
  const maxStates = 50;
  const states = guard(() => {
    let text = '', n = 0;
    for (const name in layers) if ((!layers[name].optional || layers[name].list) && n++ < maxStates) text += (text && ',') + '{' + state(layers[name]) + '}';
    return text;
  });

  const state = (layer) =>
    layer.label + ',"hook":"' + (holdOn(layer.list) || 'none') +
    '","lexical":' + layer.lexical + ',"displaced":' + layer.displaced + ',"rested":' + layer.rested;

  const holdOn = guard((list) => {
    if (!list) return 'awaited';
    if (list.shared) return 'held';
    if (!isArray(list.value)) return list.layer.unwatchable ? 'object' : 'none';
    return list.proto && isMounted(list) ? 'held' : 'frozen';
  });

  // stepAside gives the page its layers back; checkAll takes them up again.
  function stepAside(onRequest) {
    idle = true;
    asked = !!onRequest;
    disarm();
    for (const name in layers) release(layers[name]);
  }

  const release = guard((layer) => {
    const { list } = layer;
    if (list && !list.shared && list.proto && prototypeOf(list.value) === list.proto) setPrototype(list.value, prototypeOf(list.below));
  });

  return {
    watch, lexical, isBusy: () => busy > 0, checkAll, look, settle, arm, states, noteUntaken, stepAside,
  };
})
