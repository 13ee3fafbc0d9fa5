// Crawls a site with Crawlee, in a Chromium with a debugging port. It says when the browser is
// launched, and waits for a line before it opens the first page.
// usage: crawl.mjs URL PORT
import { once } from 'node:events';
import { Configuration, PlaywrightCrawler } from '@crawlee/playwright';

const [site, port] = process.argv.slice(2);
const crawler = new PlaywrightCrawler(
  {
    maxConcurrency: 4,
    headless: true,
    launchContext: { launchOptions: { executablePath: process.env.LAYERTAP_BROWSER, args: [`--remote-debugging-port=${port}`, '--no-sandbox'] } },
    browserPoolOptions: {
      retireBrowserAfterPageCount: 100_000,
      postLaunchHooks: [
        async () => {
          console.log('launched');
          await once(process.stdin, 'data');
        },
      ],
    },
    async requestHandler({ enqueueLinks }) {
      await enqueueLinks();
    },
  },
  new Configuration({ persistStorage: false, availableMemoryRatio: 0.9 }),
);
await crawler.run([site]);
process.exit();
