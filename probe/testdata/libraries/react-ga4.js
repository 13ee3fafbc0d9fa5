import ReactGA from 'react-ga4';
ReactGA.initialize('G-ABC1234567');
ReactGA.event({category: 'menu', action: 'clicked'});
ReactGA.send({hitType: 'pageview', page: '/cart'});
