// It makes a message by hand: it pushes into a data layer as the page would.
(hook, layer, message) => {
  if (typeof message !== 'object' || message === null) throw new TypeError('a message is an object, such as {event: "test"}');
  const target = window[layer];
  if (typeof target?.push !== 'function') throw new TypeError(`the page has no data layer ${layer}`);
  if (hook) hook.byHand(() => target.push(message));
  else target.push(message);
}
