// Pushes a message into a data layer by hand, as the page would.
(hook, layer, message) => {
  if (typeof message !== 'object' || message === null) throw new TypeError('a message is an object, such as {event: "test"}');
  const target = window[layer];
  if (typeof target?.push !== 'function') throw new TypeError(`the page has no data layer ${layer}`);
  if (hook) hook.byHand(() => target.push(message));
  else target.push(message);
}
