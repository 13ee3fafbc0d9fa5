import {createElement} from 'react';
import {createRoot} from 'react-dom/client';
import {GoogleTagManager, sendGTMEvent} from '@next/third-parties/google';
sendGTMEvent({event: 'before', page: '/cart'});
createRoot(document.body.appendChild(document.createElement('div'))).render(createElement(GoogleTagManager, {gtmId: 'GTM-ABC1234', dataLayer: {user: 1}}));
window.ready = new Promise((done) => {
  const look = () => document.getElementById('_next-gtm') ? done() : requestAnimationFrame(look);
  look();
}).then(() => sendGTMEvent({event: 'clicked', place: 'menu'}));
