window.adobeDataLayer = window.adobeDataLayer || [];
adobeDataLayer.push({event: 'before', page: {name: 'home'}});
adobeDataLayer.push((layer) => layer.addEventListener('clicked', () => document.body.append('heard')));
window.ready = import('@adobe/adobe-client-data-layer').then(() => adobeDataLayer.push({event: 'clicked', page: {name: 'cart'}}));
