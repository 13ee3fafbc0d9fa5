// What a page does before its container loads: it sets the consent's defaults, as a
// consent banner does until it is answered, and it is the container's snippet.
window.dataLayer = window.dataLayer || [];
function gtag() {
  window.dataLayer.push(arguments);
}
gtag('consent', 'default', { ad_storage: 'denied', ad_user_data: 'denied', ad_personalization: 'denied', analytics_storage: 'granted' });
window.dataLayer.push({ 'gtm.start': Date.now(), event: 'gtm.js' });
document.addEventListener('DOMContentLoaded', () => window.dataLayer.push({ event: 'gtm.dom' }));
window.addEventListener('load', () => window.dataLayer.push({ event: 'gtm.load' }));
