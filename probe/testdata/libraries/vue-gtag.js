import {createApp} from 'vue';
import VueGtag, {event, pageview} from 'vue-gtag';
const app = createApp({render: () => null});
app.use(VueGtag, {config: {id: 'G-ABC1234567'}});
app.mount(document.body.appendChild(document.createElement('div')));
event('clicked', {place: 'menu'});
pageview('/cart');
