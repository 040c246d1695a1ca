// A person in Chromium: opens the address that a device shows, signs in at the provider, compares, and answers.
//
// usage: login.mjs FOLDER ADDRESS NAME approve|deny [INVITATION] [--pictures FOLDER]
//
// FOLDER holds node_modules (scripts/setup --test makes it). Prints one JSON object: what each page said, and where the
// way ended. A page that loads or runs anything of another origin, or that says something on its console, is a failure.
import { createRequire } from "node:module";
import { join } from "node:path";

const args = process.argv.slice(2);
const at = args.indexOf("--pictures");
const pictures = at < 0 ? null : args.splice(at, 2)[1];
const [folder, address, name, answer, invitation] = args;
const require = createRequire(join(folder, "node_modules", "anchor.js"));
const { chromium } = require("playwright-core");

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
const seen = { pages: [], complaints: [], ended: "", paste_code: null };
try {
  const context = await browser.newContext({ colorScheme: process.env.SCHEME ?? "light", javaScriptEnabled: true });
  const page = await context.newPage();
  const origin = new URL(address).origin;
  page.on("console", (message) => {
    if (page.url().startsWith(origin)) seen.complaints.push(message.text());
  });
  const look = async (what) => {
    seen.pages.push({ what, title: await page.title(), text: await page.innerText("main") });
    if (pictures) await page.screenshot({ path: join(pictures, `${what}.png`), fullPage: true });
  };

  await page.goto(address);
  await look("choice");
  // By keyboard alone: the button has to be reachable.
  await page.focus('a[data-provider="corp"]');
  await page.keyboard.press("Enter");
  await page.waitForSelector("input[name=login]");
  await page.fill("input[name=login]", name);
  await page.fill("input[name=password]", "any");
  await Promise.all([page.waitForNavigation(), page.click("button[type=submit]")]);
  if (!page.url().startsWith(origin)) {
    await Promise.all([page.waitForNavigation(), page.click("button[type=submit]")]);
  }
  await page.waitForSelector("main");
  await look("confirmation");
  if (invitation && (await page.$("#invite"))) await page.fill("#invite", invitation);
  const button = answer === "approve" ? "#approve-submit" : "#deny-submit";
  if (await page.$(button)) {
    await Promise.all([page.waitForNavigation({ timeout: 15000 }).catch(() => {}), page.click(button)]);
  }
  seen.ended = page.url();
  if (page.url().startsWith(origin)) await look("end");
  const code = await page.$("#paste-code");
  if (code) seen.paste_code = await code.innerText();
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
