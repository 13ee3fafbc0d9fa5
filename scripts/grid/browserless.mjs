// Starts browserless with Chromium alone: it refuses to start without the browsers of its
// other routes.
import { Browserless, BrowserlessRoutes } from '@browserless.io/browserless';

const others = /^(Chrome|Edge|Firefox|Web[Kk]it)(?!ium)/;
const service = new Browserless();
service.disableRoutes(...Object.values(BrowserlessRoutes).filter((name) => others.test(name)));
await service.start();
