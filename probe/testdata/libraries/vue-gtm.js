import {createApp} from 'vue';
import {createGtm} from '@gtm-support/vue-gtm';
const app = createApp({render: () => null});
app.use(createGtm({id: 'GTM-ABC1234'}));
app.mount(document.body.appendChild(document.createElement('div')));
app.config.globalProperties.$gtm.trackEvent({event: 'clicked', category: 'menu'});
app.config.globalProperties.$gtm.trackView('Cart', '/cart');
