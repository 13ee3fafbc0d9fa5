// What a tag manager's GA4 tags do on a page, without the tag manager: they listen to
// the data layer and send a hit for each event of the widget and of the shop. The
// hits go to the shop's own server, as with a server-side setup, and nowhere else.
(function () {
  const measurement = 'G-N0RDLYS001';
  const former = 'G-N0RDLYS000'; // which the server no longer takes
  const keyEvents = ['widget_conversation_started', 'purchase'];
  const faulty = () => JSON.parse(sessionStorage.getItem('faults')) ?? true;
  const remember = (key, make) => {
    const known = sessionStorage.getItem(key) ?? make();
    sessionStorage.setItem(key, known);
    return known;
  };
  const seconds = () => Math.floor(Date.now() / 1000);
  const visitor = remember('visitor', () => `${Math.floor(Math.random() * 1e9)}.${seconds()}`);
  const visit = remember('visit', seconds);
  let sent = 0;

  // The faults of the tags. demo/faults.yaml describes them.
  const name = (event) => (faulty() && event === 'widget_whatsapp_clicked' ? 'chat_' + event : event);
  const property = (event) => (faulty() && event === 'widget_user_joined' ? former : measurement);

  function send(event, parameters) {
    const hit = new URLSearchParams({
      v: 2, tid: property(event), cid: visitor, sid: visit, _s: ++sent, gcs: 'G111',
      dl: location.href, dt: document.title, en: name(event),
    });
    if (keyEvents.includes(event)) hit.set('_c', 1);
    for (const [key, value] of Object.entries(parameters)) {
      if (typeof value === 'number') hit.set('epn.' + key, value);
      else if (typeof value === 'string') hit.set('ep.' + key, value);
    }
    navigator.sendBeacon('/g/collect?' + hit);
  }

  function take({ event, ecommerce, ...parameters }) {
    if (/^widget_/.test(event)) send(event, parameters);
    else if (event && ecommerce) send(event, ecommerce);
  }

  const layer = window.dataLayer;
  const push = layer.push;
  layer.push = function (...messages) {
    const length = push.apply(layer, messages);
    messages.forEach(take);
    return length;
  };
  send('page_view', {});
})();
