import * as CookieConsent from 'vanilla-cookieconsent';
document.cookie = 'cc_cookie=; max-age=0; path=/'; // from the previous visit
window.dataLayer = window.dataLayer || [];
const say = (event) => ({cookie}) => dataLayer.push({event, categories: cookie.categories});
window.ready = CookieConsent.run({
  categories: {necessary: {enabled: true, readOnly: true}, analytics: {}},
  language: {default: 'en', translations: {en: {consentModal: {title: 'Cookies', acceptAllBtn: 'All'}, preferencesModal: {sections: []}}}},
  onFirstConsent: say('first'), onConsent: say('consent'), onChange: say('change'),
}).then(() => { CookieConsent.acceptCategory('all'); CookieConsent.acceptCategory([]); });
