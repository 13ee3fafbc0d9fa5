const site = process.env.SITE ?? "";
const layers = ["\u001b]0;owned\u0007\u202e</script><img src=x onerror=alert(1)>\r\n::error::%0A|`*_[x](javascript:1)${1}'\"\u2028\u009b"];

test("the data layer of ", async ({ page }) => {
  const pushed = await collect(page);

  await page.goto("https://shop.example/\u001b]0;owned\u0007\u202e</script><img src=x onerror=alert(1)>\r\n::error::%0A|`*_[x](javascript:1)${1}'\"\u2028\u009b");

  await find(page, "\u001b]0;owned\u0007\u202e</script><img src=x onerror=alert(1)>\r\n::error::%0A|`*_[x](javascript:1)${1}'\"\u2028\u009b", "\u001b]0;owned\u0007\u202e</script><img src=x onerror=alert(1)>\r\n::error::%0A|`*_[x](javascript:1)${1}'\"\u2028\u009b").click();

  // Not repeated: ␛]0;owned␇‹U+202E›</script><img src=x onerror=alert(1)>␍␊::error::%0A|`*_[x](javascript:1)${1}'"‹U+2028›‹U+009B› on ␛]0;owned␇‹U+202E›</script><img src=x onerror=alert(1)>␍␊::error::%0A|`*_[x](javascript:1)${1}'"‹U+2028›‹U+009B›
  await expectPushed(pushed, "widget_\u001b]0;owned\u0007\u202e</script><img src=x onerror=alert(1)>\r\n::error::%0A|`*_[x](javascript:1)${1}'\"\u2028\u009b", { "=1+1": "=cmd()", "\u202eedi": "@SUM(1)", "\u001b]0;owned\u0007\u202e</script><img src=x onerror=alert(1)>\r\n::error::%0A|`*_[x](javascript:1)${1}'\"\u2028\u009b": "\u001b]0;owned\u0007\u202e</script><img src=x onerror=alert(1)>\r\n::error::%0A|`*_[x](javascript:1)${1}'\"\u2028\u009b", "n": -1, "s": " +1" });
  // Something may be missing here: ␛]0;owned␇‹U+202E›</script><img src=x onerror=alert(1)>␍␊::error::%0A|`*_[x](javascript:1)${1}'"‹U+2028›‹U+009B›
  // data layer "␛]0;owned␇‹U+202E›</script><img src=x onerror=alert(1)>␍␊::error::%0A|`*_[x](javascript:1)${1}'"‹U+2028›‹U+009B›": ␛]0;owned␇‹U+202E›</script><img src=x onerror=alert(1)>␍␊::error::%0A|`*_[x](javascript:1)${1}'"‹U+2028›‹U+009B›
  // script error: ␛]0;owned␇‹U+202E›</script><img src=x onerror=alert(1)>␍␊::error::%0A|`*_[x](javascript:1)${1}'"‹U+2028›‹U+009B› (␛]0;owned␇‹U+202E›</script><img src=x onerror=alert(1)>␍␊::error::%0A|`*_[x](javascript:1)${1}'"‹U+2028›‹U+009B›)
});
