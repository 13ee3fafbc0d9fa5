const site = process.env.SITE ?? "https://shop.example";
const layers = ["dataLayer","other"];

test("the data layer of https://shop.example", async ({ page }) => {
  const pushed = await collect(page);

  await page.goto(site + "/?a=1&b=2");

  await find(page, "button.chat", "Chat with us").click();
  await expectPushed(pushed, "widget_opened", { "widget_platform": "web", "timestamp": expect.anything() });

  await change(page, "input#mail");

  await find(page, "label.agree > input").click();

  await find(page, "a.checkout", "Check out").click();
  await arrive(page, "/checkout");
  await expectPushed(pushed, "begin_checkout", { "value": 12.5, "items": [{ "item_id": expect.anything(), "price": -3 }, {}] });
  // layertap found misspelled-parameter: "widet_conversation_id" isn't in the plan; did you mean "widget_conversation_id"?
  await expectPushed(pushed, "widget_message_sent", { "widget_platform": "web", "timestamp": expect.anything(), "total_messages": 1, "link": site + "/help", "deep": expect.any(Array) });
  // Something may be missing here: the connection was lost

  await page.reload();
  // data layer "dataLayer" was replaced
  // script error: Uncaught TypeError: dataLayer.push is not a function (https://shop.example/late.js:3:7)
});
