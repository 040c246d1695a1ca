// The page of `coverage --html` as people with a keyboard, a screen reader, weak eyes or no script meet it.
//
// usage: picture.mjs FOLDER PAGE PICTURES NAME
//
// FOLDER holds node_modules (scripts/setup --test makes it); PAGE is the file. Pictures are put into PICTURES as
// NAME-….png. Prints one JSON object: how many boxes there are, how many Tab reaches, and what is wrong.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, file, pictures, name] = process.argv.slice(2);
const require = createRequire(join(folder, "node_modules", "anchor.js"));
const { chromium } = require("playwright-core");

const seen = { boxes: 0, reached: 0, pressed: 0, sizes: {}, complaints: [] };
const complain = (what) => seen.complaints.push(what);
const address = pathToFileURL(file).href;

// WCAG 2.2, 1.4.3, for the text of the picture (which is filled) and of the page (which is coloured). Runs in the page.
function contrastComplaints() {
  const parse = (text) => text.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const [lr, lg, lb] = [r, g, b].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * lr + 0.7152 * lg + 0.0722 * lb;
  };
  const ratio = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const solid = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const complaints = [];
  const check = (element, front, behind, least) => {
    const found = ratio(parse(front), behind);
    if (found < least) complaints.push(`"${element.textContent.slice(0, 30)}" has a contrast of ${found.toFixed(2)}`);
  };
  const fill = (element) => parse(getComputedStyle(element).fill);
  const ground = fill(document.querySelector("svg .ground"));
  for (const text of document.querySelectorAll("svg text")) {
    if (getComputedStyle(text).display === "none" || !text.getClientRects().length) continue;
    const tag = text.closest(".tag");
    const face = tag ? tag.querySelector("rect") : text.closest(".box")?.querySelector(".face");
    check(text, getComputedStyle(text).fill, face ? fill(face) : ground, 4.5);
  }
  for (const face of document.querySelectorAll("svg .box .face")) check(face.parentElement, getComputedStyle(face).stroke, ground, 3);
  for (const line of document.querySelectorAll("svg .edge:not([opacity]) .line")) check(line, getComputedStyle(line).stroke, ground, 3);
  for (const element of document.querySelectorAll("body *:not(svg *)")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (hasText && element.getClientRects().length && !element.closest("script")) check(element, getComputedStyle(element).color, solid(element), 4.5);
  }
  return complaints;
}

async function open(browser, options) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, ...options });
  page.on("console", (message) => complain(`console: ${message.text()}`));
  page.on("pageerror", (error) => complain(`script: ${error.message}`));
  page.on("dialog", (dialog) => { complain(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => { if (request.url() !== address) complain(`request: ${request.url()}`); });
  await page.goto(address);
  return page;
}

// What a screen reader is told: every link, thus every box, has a name, and no two the same.
async function examineNames(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  const links = nodes.filter((node) => !node.ignored && node.role?.value === "link" && /^(?!google:|email:|phone:|device:)/.test(node.name?.value ?? ""));
  if (links.some((node) => !(node.name?.value ?? "").trim())) complain("a link has no name");
  if (links.length < seen.boxes) complain(`${links.length} links for ${seen.boxes} boxes`);
}

const focused = (page) => page.evaluate(() => document.activeElement?.id ?? "");

// Tab goes to every box; choosing one shows its text, and marks what is lost with it.
async function examineKeyboard(page) {
  const reached = new Set();
  for (let i = 0; i < seen.boxes + 3; ++i) {
    await page.keyboard.press("Tab");
    const id = await focused(page);
    if (!/^n\d+$/.test(id)) continue;
    reached.add(id);
    const facts = await page.evaluate((chosen) => ({
      panel: document.querySelector(".panel h3")?.textContent,
      wanted: document.querySelector(`#b${chosen.slice(1)} h3`).textContent,
      lost: document.getElementById(chosen).dataset.lost.split(" ").filter(Boolean).length,
      marked: document.querySelectorAll(".is-lost").length,
      tags: [...document.querySelectorAll(".is-lost .tag.lost")].filter((tag) => tag.getClientRects().length).length,
    }), id);
    if (facts.panel !== facts.wanted) complain(`the panel says "${facts.panel}" for ${facts.wanted}`);
    if (facts.marked !== facts.lost || facts.tags !== facts.lost) complain(`${facts.lost} are lost with ${id}, ${facts.marked} marked, ${facts.tags} tagged`);
  }
  seen.reached = reached.size;
}

async function examineArrows(page) {
  await page.evaluate(() => document.querySelector("a.box").focus());
  const places = new Set([await focused(page)]);
  for (const key of ["ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowUp"]) {
    await page.keyboard.press(key);
    places.add(await focused(page));
  }
  seen.pressed = places.size;
  await page.keyboard.press("Escape");
  const left = await page.evaluate(() => document.querySelectorAll(".is-chosen,.is-lost,.is-risk,.has-choice").length);
  if (left) complain("Escape does not let go");
}

// Beside the panel or above it, on whatever screen a computer has: the whole picture, and its text can be read.
async function examineSizes(page) {
  for (const width of [1440, 1366, 1280, 1100, 1024]) {
    await page.setViewportSize({ width, height: 800 });
    const [wanted, given, text] = await page.evaluate(() => {
      const frame = document.querySelector(".frame");
      const svg = frame.querySelector("svg");
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      return [frame.scrollWidth, frame.clientWidth, scale * Math.min(...[...svg.querySelectorAll(".box text")].map((one) => parseFloat(getComputedStyle(one).fontSize)))];
    });
    seen.sizes[width] = Number(text.toFixed(1));
    if (wanted > given) complain(`at ${width} pixels the picture is cut: ${wanted} in ${given}`);
    if (text < 8.5) complain(`at ${width} pixels the smallest text has ${text.toFixed(1)}`);
  }
}

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const colorScheme of ["light", "dark"]) {
  const page = await open(browser, { colorScheme });
  seen.boxes = await page.locator("a.box").count();
  await examineNames(page);
  for (const what of await page.evaluate(contrastComplaints)) complain(`${colorScheme}: ${what}`);
  await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
  await page.locator("a.single-point").first().focus();
  for (const what of await page.evaluate(contrastComplaints)) complain(`${colorScheme}, chosen: ${what}`);
  await page.screenshot({ path: join(pictures, `${name}-${colorScheme}-chosen.png`) });
  await page.close();
}
const page = await open(browser, {});
await examineKeyboard(page);
await examineArrows(page);
await examineSizes(page);
await page.setViewportSize({ width: 320, height: 640 });
const width = await page.evaluate(() => document.documentElement.scrollWidth);
if (width > 320) complain(`on a screen of 320 pixels it is ${width} wide`);
await page.close();

const plain = await open(browser, { javaScriptEnabled: false });
await plain.locator("a.box").first().click();
if (!/#b\d+$/.test(plain.url())) complain("without its script a box leads nowhere");
if (await plain.locator(".panel").isVisible()) complain("without its script there is an empty panel");
await browser.close();
console.log(JSON.stringify(seen));
