// The shop's tag manager: a container as Google Tag Manager publishes one, and below
// it as much of a tag manager as the container needs. Hits of its GA4 tags go to the
// shop's own server, as with a server-side setup. Its other tags send nothing.
(function () {
  const container = 'GTM-N0RDLYS';
  const data = {
    "resource": {
      "version": "7",
      "macros": [
        {"function": "__e"},
        {"function": "__c", "vtp_value": "G-N0RDLYS001"},
        {"function": "__c", "vtp_value": "G-N0RDLYS000"},
        {"function": "__v", "vtp_name": "widget_platform", "vtp_dataLayerVersion": 2},
        {"function": "__v", "vtp_name": "link_url", "vtp_dataLayerVersion": 2},
        {"function": "__v", "vtp_name": "link_type", "vtp_dataLayerVersion": 2},
        {"function": "__v", "vtp_name": "ecommerce.value", "vtp_dataLayerVersion": 2}
      ],
      "tags": [
        {"function": "__googtag", "once_per_event": true, "vtp_tagId": ["macro", 1], "tag_id": 1},
        {"function": "__gaawe", "once_per_event": true, "vtp_measurementIdOverride": ["macro", 1], "vtp_eventName": ["macro", 0], "vtp_sendEcommerceData": false,
          "vtp_eventSettingsTable": ["list", ["map", "parameter", "widget_platform", "parameterValue", ["macro", 3]]], "tag_id": 2},
        {"function": "__gaawe", "once_per_event": true, "vtp_measurementIdOverride": ["macro", 1], "vtp_eventName": ["macro", 0], "vtp_sendEcommerceData": false,
          "vtp_eventSettingsTable": ["list", ["map", "parameter", "widget_platform", "parameterValue", ["macro", 3]],
            ["map", "parameter", "link_url", "parameterValue", ["macro", 4]], ["map", "parameter", "link_type", "parameterValue", ["macro", 5]]], "tag_id": 3},
        {"function": "__gaawe", "once_per_event": true, "vtp_measurementIdOverride": ["macro", 2], "vtp_eventName": ["macro", 0], "vtp_sendEcommerceData": false,
          "vtp_eventSettingsTable": ["list", ["map", "parameter", "widget_platform", "parameterValue", ["macro", 3]]], "tag_id": 4},
        {"function": "__gaawe", "once_per_event": true, "vtp_measurementIdOverride": ["macro", 1], "vtp_eventName": ["macro", 0],
          "vtp_sendEcommerceData": true, "vtp_getEcommerceDataFrom": "dataLayer", "tag_id": 5},
        {"function": "__awct", "once_per_event": true, "consent": ["list", "ad_storage"], "vtp_conversionId": "100000001", "vtp_conversionLabel": "nordlysOrder",
          "vtp_conversionValue": ["macro", 6], "vtp_currencyCode": "EUR", "tag_id": 6},
        {"function": "__html", "once_per_event": true, "vtp_html": ["template", "<script>fbq('track', 'Contact', {content_name: ", ["escape", ["macro", 5], 8, 16], "});</script>"], "tag_id": 7},
        {"function": "__paused", "once_per_event": true, "vtp_originalTagType": "html", "tag_id": 8}
      ],
      "predicates": [
        {"function": "_eq", "arg0": ["macro", 0], "arg1": "gtm.js"},
        {"function": "_re", "arg0": ["macro", 0], "arg1": "^widget_"},
        {"function": "_re", "arg0": ["macro", 0], "arg1": "^widget_(instagram|facebook|whatsapp|chat|email|phone|custom_link)_clicked$"},
        {"function": "_eq", "arg0": ["macro", 0], "arg1": "widget_user_joined"},
        {"function": "_re", "arg0": ["macro", 0], "arg1": "^(view_item_list|view_item|add_to_cart|view_cart|begin_checkout|purchase)$"},
        {"function": "_eq", "arg0": ["macro", 0], "arg1": "purchase"},
        {"function": "_re", "arg0": ["macro", 5], "arg1": "^(email|phone)$"}
      ],
      "rules": [
        [["if", 0], ["add", 0, 7]],
        [["if", 1], ["unless", 2], ["add", 1]],
        [["if", 2], ["add", 2]],
        [["if", 3], ["add", 3], ["block", 1]],
        [["if", 4], ["add", 4]],
        [["if", 5], ["add", 5]],
        [["if", 2, 6], ["add", 6]]
      ]
    }
  };

  const { macros, tags, predicates, rules } = data.resource;
  const property = macros[1].vtp_value;
  const keyEvents = ['widget_conversation_started', 'purchase'];
  const itemKeys = { item_id: 'id', item_name: 'nm', item_category: 'ca', item_variant: 'va', price: 'pr', quantity: 'qt' };
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

  // What a macro is worth for a message.
  const valueOf = ([, index], message) => {
    const { function: type, vtp_value, vtp_name } = macros[index];
    if (type === '__e') return message.event;
    if (type === '__c') return vtp_value;
    return vtp_name.split('.').reduce((value, key) => value?.[key], message);
  };
  const compare = {
    _eq: (value, text) => String(value) === text,
    _re: (value, text) => new RegExp(text).test(value),
  };
  const holds = (index, message) => {
    const { function: operator, arg0, arg1 } = predicates[index];
    return compare[operator](valueOf(arg0, message), arg1);
  };

  // The faults of the hits. demo/faults.yaml describes them: the event's name, and in
  // the container the measurement id of one tag.
  const nameOf = (event) => (faulty() && event === 'widget_whatsapp_clicked' ? 'chat_' + event : event);
  const idOf = (id) => (faulty() ? id : property);

  function send(id, event, parameters, items = []) {
    const hit = new URLSearchParams({
      v: 2, tid: idOf(id), cid: visitor, sid: visit, _s: ++sent, gcs: 'G101',
      dl: location.href, dt: document.title, en: nameOf(event),
    });
    if (keyEvents.includes(event)) hit.set('_c', 1);
    for (const [key, value] of Object.entries(parameters)) {
      if (key === 'currency') hit.set('cu', value);
      else if (typeof value === 'number') hit.set('epn.' + key, value);
      else if (typeof value === 'string') hit.set('ep.' + key, value);
    }
    items.forEach((item, index) => hit.set('pr' + (index + 1), Object.entries(itemKeys)
      .filter(([key]) => item[key] !== undefined).map(([key, short]) => short + item[key]).join('~')));
    navigator.sendBeacon('/g/collect?' + hit);
  }

  function fire(tag, message) {
    if (tag.function === '__googtag') send(valueOf(tag.vtp_tagId, message), 'page_view', {});
    if (tag.function !== '__gaawe') return;
    const { items, ...ecommerce } = (tag.vtp_sendEcommerceData && message.ecommerce) || {};
    const rows = (tag.vtp_eventSettingsTable ?? []).slice(1).map(([, , name, , value]) => [name, valueOf(value, message)]);
    send(valueOf(tag.vtp_measurementIdOverride, message), message.event, { ...ecommerce, ...Object.fromEntries(rows) }, items);
  }

  function take(message) {
    if (!message.event) return;
    const chosen = { add: new Set(), block: new Set() };
    for (const rule of rules) {
      const part = (word) => rule.find(([first]) => first === word)?.slice(1) ?? [];
      if (!part('if').every((index) => holds(index, message))) continue;
      if (part('unless').some((index) => holds(index, message))) continue;
      for (const word of ['add', 'block']) part(word).forEach((index) => chosen[word].add(index));
    }
    [...chosen.add].filter((index) => !chosen.block.has(index)).forEach((index) => fire(tags[index], message));
  }

  const layer = window.dataLayer;
  const push = layer.push;
  layer.forEach(take);
  layer.push = function (...messages) {
    const length = push.apply(layer, messages);
    messages.forEach(take);
    return length;
  };
})();
