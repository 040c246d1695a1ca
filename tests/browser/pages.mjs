// Every page of the server as people with a keyboard, a screen reader, weak eyes or a small screen meet it.
//
// usage: pages.mjs FOLDER PICTURES '{"origin":…,"link":…,"code":…,"deny":…,"paste":…,"invitation":…}'
//
// FOLDER holds node_modules (scripts/setup --test makes it). `link` opens the account page once; `code` is a user code,
// `deny` and `paste` are addresses of two more logins. No mouse is used. Each page is looked at in light and in dark, and
// its picture is put into PICTURES. Prints one JSON object: the names of the pages, and what is wrong with them.
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, pictures, given] = process.argv.slice(2);
const { origin, link, code, deny, paste, invitation } = JSON.parse(given);
const require = createRequire(join(folder, "node_modules", "anchor.js"));
const { chromium } = require("playwright-core");

const seen = { pages: [], complaints: [] };
const complain = (page, what) => seen.complaints.push(`${page}: ${what}`);

// WCAG 2.2, 1.4.3 (text) and 1.4.11 (what shows where a control is), from the computed styles. Runs in the page.
function contrastComplaints() {
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, below) => ({
    r: top.r * top.a + below.r * (1 - top.a),
    g: top.g * top.a + below.g * (1 - top.a),
    b: top.b * top.a + below.b * (1 - top.a),
    a: 1,
  });
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? "rgb(18, 18, 18)" : "rgb(255, 255, 255)";
    return layers.reduceRight((below, layer) => over(layer, below), parse(canvas));
  };
  const luminance = ({ r, g, b }) => {
    const linear = [r, g, b].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const ratio = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const complaints = [];
  const describe = (element) => `${element.tagName.toLowerCase()} "${(element.innerText || element.value || "").slice(0, 30)}"`;
  for (const element of document.querySelectorAll("body *")) {
    const style = getComputedStyle(element);
    const hasText = element.value || [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!element.getClientRects().length || style.visibility !== "visible") continue;
    const behind = ground(element);
    if (hasText) {
      const size = parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const found = ratio(over(parse(style.color), behind), behind);
      if (found < (isLarge ? 3 : 4.5)) complaints.push(`${describe(element)} has a contrast of ${found.toFixed(2)}`);
    }
    if (element.matches("input,button,a.button")) {
      const around = ground(element.parentElement);
      const border = parseFloat(style.borderTopWidth) > 0 ? ratio(over(parse(style.borderTopColor), around), around) : 1;
      const found = Math.max(border, ratio(behind, around));
      if (found < 3) complaints.push(`the edge of ${describe(element)} has a contrast of ${found.toFixed(2)}`);
    }
    if (element === document.activeElement) {
      const around = ground(element.parentElement);
      const outline = style.outlineStyle === "none" ? 1 : ratio(parse(style.outlineColor), around);
      if (outline < 3) complaints.push(`the focus on ${describe(element)} has a contrast of ${outline.toFixed(2)}`);
    }
  }
  return complaints;
}

// Names and roles as Chromium tells them to a screen reader.
async function examineTree(page, name) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  const shown = nodes.filter((node) => !node.ignored && node.role);
  const named = (role) => shown.filter((node) => node.role.value === role).map((node) => (node.name?.value ?? "").trim());
  for (const role of ["button", "link", "textbox", "heading", "columnheader", "alert", "status"]) {
    const empty = named(role).some((text, i) => {
      const node = shown.filter((one) => one.role.value === role)[i];
      const live = role === "alert" || role === "status";
      return !text && !(live && node.childIds?.length);
    });
    if (empty) complain(name, `a ${role} has no name`);
  }
  const controls = [...named("button"), ...named("link")];
  if (new Set(controls).size !== controls.length) complain(name, `two controls are called the same: ${controls.join(", ")}`);
  if (named("main").length !== 1) complain(name, "there is not one main part");
  const levels = shown.filter((node) => node.role.value === "heading")
    .map((node) => node.properties.find((property) => property.name === "level").value.value);
  if (levels[0] !== 1 || levels.filter((level) => level === 1).length !== 1) complain(name, `its headings are ${levels}`);
  return controls.length + named("textbox").length;
}

// What Tab reaches, from the top of the page once around.
async function examineKeyboard(page, name, controls) {
  await page.evaluate(() => document.activeElement?.blur());
  const reached = new Set();
  for (let i = 0; i <= controls; ++i) {
    await page.keyboard.press("Tab");
    const place = await page.evaluate(() => {
      const at = document.activeElement;
      return at === document.body || !at ? null : [...document.querySelectorAll("*")].indexOf(at);
    });
    if (place !== null) reached.add(place);
    if (place !== null && i === 0) for (const what of await page.evaluate(contrastComplaints)) complain(name, what);
  }
  if (reached.size !== controls) complain(name, `Tab reaches ${reached.size} of ${controls} controls`);
}

async function examine(page, name) {
  seen.pages.push(name);
  const facts = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    heading: document.querySelector("h1")?.innerText ?? "",
  }));
  if (facts.lang !== "en") complain(name, "it does not say its language");
  if (!facts.heading || !facts.title.startsWith(facts.heading)) complain(name, `its title is "${facts.title}"`);
  const controls = await examineTree(page, name);
  const size = page.viewportSize();
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const what of await page.evaluate(contrastComplaints)) complain(name, `${scheme}: ${what}`);
    await page.screenshot({ path: join(pictures, `${name}-${scheme}.png`), fullPage: true });
    await examineKeyboard(page, `${name}, ${scheme}`, controls);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  if (width > 320) complain(name, `on a screen of 320 pixels it is ${width} wide`);
  await page.screenshot({ path: join(pictures, `${name}-small.png`), fullPage: true });
  await page.setViewportSize(size);
}

async function tabTo(page, selector) {
  for (let i = 0; i < 40; ++i) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${selector} at ${page.url()}`);
}

// Enter on it, and the page that comes.
async function press(page, selector) {
  await tabTo(page, selector);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

async function write(page, selector, text) {
  await tabTo(page, selector);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
}

// From the choice of a provider to the confirmation; the provider may remember who it was.
async function logIn(page) {
  await press(page, 'a[data-provider="corp"]');
  if (!page.url().startsWith(origin) && (await page.$("input[name=login]"))) {
    await write(page, "input[name=login]", "alice");
    await write(page, "input[name=password]", "any");
    await press(page, "button[type=submit]");
  }
  if (!page.url().startsWith(origin)) await press(page, "button[type=submit]");
  await page.waitForSelector("form#approve");
}

async function lookAtAccount(page) {
  await page.goto(`${origin}/account`);
  await examine(page, "account-closed");
  await page.goto(link);
  await examine(page, "account");
  await press(page, 'form[action="/account/unlink"] button');
  await examine(page, "account-unlinked");
  if (await page.$('form[action="/account/unlink"]')) complain("account-unlinked", "the last login can be unlinked");
  await press(page, 'form[action="/account/close"] button');
  if (!(await page.innerText("h1")).includes("closed")) complain("account", "it does not close");
  await page.goto(link);
  if (!(await page.innerText("h1")).includes("closed")) complain("account", "its link opens it twice");
}

async function lookAtLogins(page) {
  await page.goto(`${origin}/login`);
  await examine(page, "login-not-begun");
  await page.goto(`${origin}/device`);
  await examine(page, "code");
  await write(page, "#user_code", "BCDF-GHJK");
  await press(page, "#code-submit");
  await examine(page, "code-unknown");
  await write(page, "#user_code", code);
  await press(page, "#code-submit");
  await examine(page, "choice");
  await logIn(page);
  await examine(page, "confirmation");
  await write(page, "#invite", "WRONG");
  await press(page, "#approve-submit");
  await examine(page, "confirmation-wrong");
  await write(page, "#invite", invitation);
  await press(page, "#approve-submit");
  await examine(page, "done");
  await page.goto(deny);
  await logIn(page);
  await press(page, "#deny-submit");
  await examine(page, "refused");
  await page.goto(paste);
  await logIn(page);
  await write(page, "#invite", invitation);
  await press(page, "#approve-submit");
  await examine(page, "paste");
  if (!(await page.$("#paste-code"))) complain("paste", "there is no code");
}

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
try {
  const page = await (await browser.newContext({ viewport: { width: 900, height: 700 } })).newPage();
  page.on("console", (message) => {
    const isStatus = message.text().startsWith("Failed to load resource: the server responded with a status of 40");
    if (page.url().startsWith(origin) && !isStatus) complain(page.url().slice(origin.length), message.text());
  });
  await lookAtAccount(page);
  await lookAtLogins(page);
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
