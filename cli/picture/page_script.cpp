// No data is in the script: it moves and marks what the page holds already, so that it is the same
// bytes on every page, which the page's policy names by their hash.
#include "cli/picture/page_parts.h"

namespace sparekey::cli {

std::string_view page_script() {
    return R"js(
"use strict";
const picture = document.querySelector("svg.picture");
const panel = document.querySelector(".panel");
const hint = panel.innerHTML;
const boxes = [...picture.querySelectorAll("a.box")];
const edges = [...picture.querySelectorAll(".edge[data-from]")];
const numbers = (box, name) => box.dataset[name].split(" ").filter(Boolean);
const numberOf = (box) => box.id.slice(1);
panel.hidden = false;

// Whoever falls with the chosen one: items, and the identities that they hold.
function fallen(box) {
  const all = new Set([numberOf(box), ...numbers(box, "lost")]);
  for (const edge of edges) {
    if (edge.classList.contains("holds") && all.has(edge.dataset.from)) all.add(edge.dataset.to);
  }
  return all;
}

function mark(box) {
  const lost = new Set(numbers(box, "lost"));
  const risk = new Set(numbers(box, "risk"));
  const from = fallen(box);
  for (const other of boxes) {
    other.classList.toggle("is-chosen", other === box);
    other.classList.toggle("is-lost", lost.has(numberOf(other)));
    other.classList.toggle("is-risk", risk.has(numberOf(other)));
  }
  for (const edge of edges) {
    const { from: start, to: end } = edge.dataset;
    const falls = from.has(start) && (from.has(end) || risk.has(end));
    edge.classList.toggle("is-lit", falls || end === numberOf(box) || start === numberOf(box));
  }
  picture.classList.add("has-choice");
}

function choose(box) {
  mark(box);
  const text = document.getElementById("b" + numberOf(box));
  panel.replaceChildren(...[...text.children].map((child) => child.cloneNode(true)));
}

function clear() {
  for (const one of [...boxes, ...edges]) one.classList.remove("is-chosen", "is-lost", "is-risk", "is-lit");
  picture.classList.remove("has-choice");
  panel.innerHTML = hint;
}

const middle = (box) => {
  const { x, y, width, height } = box.querySelector(".face").getBoundingClientRect();
  return { x: x + width / 2, y: y + height / 2 };
};

// The nearest one in the key's direction; what lies aside counts double.
function neighbour(box, dx, dy) {
  const here = middle(box);
  const way = (other) => {
    const there = middle(other);
    const along = (there.x - here.x) * dx + (there.y - here.y) * dy;
    const aside = Math.abs((there.x - here.x) * dy) + Math.abs((there.y - here.y) * dx);
    return along > 8 ? along + 2 * aside : Infinity;
  };
  const [nearest] = boxes.map((other) => [way(other), other]).sort((one, two) => one[0] - two[0]);
  return nearest[0] < Infinity ? nearest[1] : null;
}

const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
for (const box of boxes) {
  box.addEventListener("focus", () => choose(box));
  box.addEventListener("click", (event) => {
    event.preventDefault();
    box.focus();
    choose(box);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
    const direction = directions[event.key];
    if (!direction) return;
    event.preventDefault();
    const next = neighbour(box, ...direction);
    if (next) next.focus();
  });
}
)js";
}

}  // namespace sparekey::cli
