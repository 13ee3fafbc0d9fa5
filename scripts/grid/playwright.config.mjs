// Runs exported tests in the browser that is installed.
export default {
  testDir: process.env.LAYERTAP_TESTS,
  workers: 1,
  timeout: 60_000,
  use: { launchOptions: { executablePath: process.env.LAYERTAP_BROWSER, args: ['--no-sandbox'] } },
};
