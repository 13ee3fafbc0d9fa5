import TagManager from 'react-gtm-module';
TagManager.initialize({gtmId: 'GTM-ABC1234', dataLayer: {event: 'begun', user: 1}});
TagManager.dataLayer({dataLayer: {event: 'clicked', place: 'menu'}});
