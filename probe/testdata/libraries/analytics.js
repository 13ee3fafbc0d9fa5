import Analytics from 'analytics';
import googleAnalytics from '@analytics/google-analytics';
const analytics = Analytics({app: 'shop', plugins: [googleAnalytics({measurementIds: ['G-ABC1234567']})]});
window.ready = analytics.page().then(() => analytics.track('clicked', {place: 'menu'}));
