// Records the requests that the browser doesn't report: those that a page makes while
// it unloads, and those that its content security policy blocks.
//
// While a page unloads, sendBeacon and fetch are wrapped. Before that, and after a
// return to the page, they are not.
//
// The caller provides emit(fields) and guard(function), as for layers.js, and base(),
// the URL that relative URLs are resolved against.
(function (hook) {
  'use strict';
  const { emit, guard, base } = hook;
  const G = globalThis;
  const { URL, URLSearchParams, Request, navigator } = G;
  const { apply, defineProperty: define, getOwnPropertyDescriptor: describe } = G.Reflect;
  const quote = G.JSON.stringify;
  const getter = (type, name) => type && describe(type.prototype, name).get;
  const hrefOf = getter(URL, 'href'), urlOf = getter(Request, 'url'), methodOf = getter(Request, 'method');
  const paramsOf = URLSearchParams.prototype.toString;
  const bodySize = 16384, allBodies = 32768; // characters; all beacons in flight share 64 KiB
  let bodies = 0, wrapped = [];

  // of calls a getter on a value; it returns '' if the value has another type.
  const of = (get, v) => {
    try { return apply(get, v, []); } catch { return ''; }
  };

  function note(url, method, body, more) {
    const address = of(hrefOf, new URL(typeof url === 'string' ? url : of(hrefOf, url) || of(urlOf, url), base()));
    let text = typeof body === 'string' ? body : of(paramsOf, body);
    if (text.length > bodySize || bodies + text.length > allBodies) text = '';
    bodies += text.length;
    emit('"is":"request","url":' + quote(address) + ',"method":' + quote(method) + ',"body":' + quote(text) + more);
  }

  const noteBeacon = guard((url, body) => note(url, 'POST', body, ''));
  const noteFetch = guard((input, init) => {
    const method = init && typeof init.method === 'string' ? init.method : of(methodOf, input);
    note(input, method || 'GET', init && init.body, '');
  });

  // wrap replaces a function of the page with one that records the call and passes it
  // on.
  const wrap = guard((owner, name, noteCall) => {
    const inner = owner[name];
    if (typeof inner !== 'function') return;
    const own = describe(owner, name);
    const wrapper = ({
      [name]() {
        apply(noteCall, undefined, arguments);
        return apply(inner, this, arguments);
      },
    })[name];
    const there = define(owner, name, {
      __proto__: null, configurable: true, writable: true, enumerable: own ? own.enumerable : false, value: wrapper,
    });
    if (there) wrapped[wrapped.length] = { owner, name, wrapper, own };
  });

  return {
    listenIn() {
      if (wrapped.length > 0) return;
      bodies = 0;
      wrap(navigator, 'sendBeacon', noteBeacon);
      wrap(G, 'fetch', noteFetch);
    },

    // letGo restores the page's functions, except those that the page has replaced.
    letGo: guard(() => {
      for (let i = 0; i < wrapped.length; i++) {
        const { owner, name, wrapper, own } = wrapped[i];
        const there = describe(owner, name);
        if (!there || there.value !== wrapper) continue;
        if (own) define(owner, name, own);
        else delete owner[name];
      }
      wrapped = [];
    }),

    // forbidden handles an event of the policy. The browser reports blocked images and
    // frames itself, but not the requests of scripts.
    forbidden: guard((event) => {
      if (!event.isTrusted || event.disposition !== 'enforce' || event.effectiveDirective !== 'connect-src') return;
      note(event.blockedURI, '', '', ',"blocked":true');
    }),
  };
})
