// What a tag manager's snippet does on a page, without the tag manager.
window.dataLayer = window.dataLayer || [];
window.dataLayer.push({ 'gtm.start': Date.now(), event: 'gtm.js' });
document.addEventListener('DOMContentLoaded', () => window.dataLayer.push({ event: 'gtm.dom' }));
window.addEventListener('load', () => window.dataLayer.push({ event: 'gtm.load' }));
