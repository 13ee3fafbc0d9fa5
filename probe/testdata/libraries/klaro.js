import * as klaro from 'klaro/dist/klaro-no-css';
document.cookie = 'klaro=; max-age=0; path=/'; // from the previous visit
window.dataLayer = window.dataLayer || [];
klaro.setup({
  version: 1, lang: 'en', translations: {zz: {privacyPolicyUrl: '/privacy'}, en: {analytics: {title: 'Analytics'}, purposes: {statistics: 'Statistics'}}},
  services: [{name: 'analytics', purposes: ['statistics'], callback: (consent) => dataLayer.push({event: 'consent', granted: consent})}],
});
const manager = klaro.getManager();
manager.changeAll(true);
manager.saveAndApplyConsents();
